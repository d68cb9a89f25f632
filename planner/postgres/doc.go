// Package postgres is how the project talks to a server: opening sessions, saying why one
// could not be opened, sorting the errors of statements, and quoting.
//
// Invariants:
//   - Every session of the project is opened by Connect, with the same settings, so that two
//     servers print the same value the same way; sessions for reading are read only.
//   - No error of this package, and nothing reachable from one, holds a password.
//   - What an error means is decided by its type and SQLSTATE. The few places that must look at
//     words say so, and only ever choose a better hint by them.
package postgres
