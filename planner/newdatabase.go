package planner

import (
	"cmp"

	"migrator/planner/catalog"
)

// publicIsOwned is the version whose "public" belongs to pg_database_owner and lets nobody else create in it.
const publicIsOwned = 150000

// newDatabase is what CREATE DATABASE ... TEMPLATE template0 will give: beside what PostgreSQL does not count as a user's, the
// schema "public" and the extension plpgsql. Where the server is not known, its version is taken to be the source's.
func newDatabase(src, like *catalog.Database, server catalog.Server) *catalog.Database {
	version := cmp.Or(server.Version, src.Server.Version)
	db := &catalog.Database{
		Server: server, Owner: server.User, ConnectionLimit: -1,
		Encoding: src.Encoding, Collate: src.Collate, CType: src.CType, Provider: "c",
	}
	if like != nil {
		db.Encoding, db.Collate, db.CType, db.Provider, db.Locale, db.ICURules = like.Encoding, like.Collate, like.CType, like.Provider, like.Locale, like.ICURules
		db.Server.Libraries = like.Server.Libraries
	}
	public := &catalog.Schema{Item: catalog.Item{Kind: catalog.KindSchema, Name: "public", Comment: "standard public schema"}}
	if version >= publicIsOwned {
		public.Owner = "pg_database_owner"
		public.ACL = []string{"pg_database_owner=UC/pg_database_owner", "=U/pg_database_owner"}
	} else {
		public.Owner = bootstrapRole(src)
		public.ACL = []string{public.Owner + "=UC/" + public.Owner, "=UC/" + public.Owner}
	}
	public.BaseACL = public.ACL
	db.Schemas = []*catalog.Schema{public}
	plpgsql := &catalog.Extension{Item: catalog.Item{Kind: catalog.KindExtension, Name: "plpgsql"}, In: "pg_catalog", Version: "1.0"}
	for _, e := range src.Extensions {
		if e.Name == plpgsql.Name {
			plpgsql = e
		}
	}
	db.Extensions = []*catalog.Extension{plpgsql}
	return db
}

// bootstrapRole is the role that made the cluster: plpgsql is its, in every database that has not been changed.
func bootstrapRole(src *catalog.Database) string {
	for _, e := range src.Extensions {
		if e.Name == "plpgsql" && e.Owner != "" {
			return e.Owner
		}
	}
	return "postgres"
}
