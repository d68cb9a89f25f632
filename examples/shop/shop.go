// Package shop is the database of an imaginary online shop. It was made to be difficult to
// move: it has every kind of object and nearly every property that PostgreSQL 15 offers for
// schemas and rows, under names that need quoting, with values at the edge of what their types hold.
//
// The SQL files beside this one make it; they are plain SQL, run in the order of their names.
// What each of them is about stands at its top. They need a superuser and the contrib
// module pg_trgm, and the setting shop.scale for the number of rows.
package shop

import (
	"context"
	"embed"
	"fmt"
	"strconv"

	"migrator/examples/sandbox"
)

//go:embed *.sql
var files embed.FS

// Load fills an empty database with the shop: at scale 1 about 250 MB, at 0.01 a few rows in
// each table. The rows depend on the scale alone, so two databases of one scale are equal.
// The roles are made if the server does not have them.
func Load(ctx context.Context, url string, scale float64) error {
	settings := map[string]string{"shop.scale": strconv.FormatFloat(scale, 'f', -1, 64)}
	if err := sandbox.RunFiles(ctx, files, "*.sql", url, settings); err != nil {
		return fmt.Errorf("loading the shop: %w", err)
	}
	return nil
}

// Roles makes the shop's roles on the server behind url. Roles belong to the whole server and
// not to a database, so a destination needs them before the shop can be moved there. It may
// run at the same time as others and as Load.
func Roles(ctx context.Context, url string) error {
	if err := sandbox.RunFiles(ctx, files, "*_roles.sql", url, nil); err != nil {
		return fmt.Errorf("making the shop's roles: %w", err)
	}
	return nil
}
