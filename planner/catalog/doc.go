// Package catalog is a PostgreSQL database as plain values, and reading it from a server.
//
// Invariants:
//   - Read asks one query per kind of object, never one per object, all in one pipelined
//     batch inside one repeatable-read, read-only transaction with search_path = pg_catalog,
//     so that the server's deparsers print schema-qualified text.
//   - What a server version lacks is decided in the query's text, beside the column it concerns.
//   - Objects that an extension owns are not objects of the database; they appear only as
//     targets of dependencies, translated to their extension.
//   - Every object that PostgreSQL did not make itself is either in one of Database's lists
//     or in Database.Uncarried. Nothing is dropped in silence.
//   - All slices are in a deterministic order: by address, or by the catalog's own position.
package catalog
