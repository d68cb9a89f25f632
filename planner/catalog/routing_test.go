package catalog_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/planner/catalog"
)

// TestReadRouting tells what the way of a row to its partition depends on, beside the row.
func TestReadRouting(t *testing.T) {
	d := readSQL(t, `
		CREATE TYPE mood AS ENUM ('a', 'b'); CREATE DOMAIN word AS text;
		CREATE COLLATION loose (provider = icu, locale = 'und', deterministic = false);
		CREATE TABLE numbers (a int, b date, c mood) PARTITION BY RANGE (a, b, c);
		CREATE TABLE months (a date) PARTITION BY RANGE (date_trunc('month', a::timestamp));
		CREATE TABLE words (a int, b word) PARTITION BY RANGE (a, b);
		CREATE TABLE bytes (a varchar COLLATE "C") PARTITION BY RANGE (a);
		CREATE TABLE german (a text COLLATE "de-x-icu") PARTITION BY RANGE (a);
		CREATE TABLE lists (a text) PARTITION BY LIST (a);
		CREATE TABLE loose_lists (a text COLLATE loose) PARTITION BY LIST (a);
		CREATE TABLE lower_lists (a text) PARTITION BY LIST (lower(a));
		CREATE TABLE hashes (a text) PARTITION BY HASH (a);
		CREATE TABLE documents (a jsonb) PARTITION BY HASH (a);
		CREATE TABLE loose_hashes (a text COLLATE loose, b text COLLATE "C") PARTITION BY HASH (a, lower(b));
		CREATE TABLE number_hashes (a numeric[], b uuid) PARTITION BY HASH (a, b)`)
	for name, want := range map[string]*catalog.Routing{
		"numbers": nil, "months": nil, "words": {Providers: []string{"d"}}, "bytes": {}, "german": {Providers: []string{"i"}},
		"lists": nil, "loose_lists": {Providers: []string{"i"}}, "lower_lists": {Providers: []string{"d"}}, "hashes": {}, "documents": {},
		"loose_hashes": {Providers: []string{"i"}}, "number_hashes": nil,
	} {
		if diff := cmp.Diff(want, find(t, d.Tables, "table.public."+name).Routing); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
	}
	if d.Server.Libraries["i"] == "" {
		t.Errorf("versions of libraries: %q", d.Server.Libraries)
	}
}

func TestRoutesLike(t *testing.T) {
	t.Parallel()
	database := func(edit func(*catalog.Database)) *catalog.Database {
		d := &catalog.Database{Encoding: "UTF8", Provider: "c", Collate: "en_US.UTF-8", CType: "en_US.UTF-8"}
		d.Server.Libraries = map[string]string{"c": "2.36", "i": "153.120"}
		edit(d)
		return d
	}
	all := func(d *catalog.Database, locale string) { d.Collate, d.CType = locale, locale }
	for _, c := range []struct {
		name     string
		src, dst func(*catalog.Database)
		want     string // the providers that compare alike; "-" is encoding alone
	}{
		{"equal", func(*catalog.Database) {}, func(d *catalog.Database) { all(d, "en_US.utf8") }, "- d c i"},
		{"encoding", func(*catalog.Database) {}, func(d *catalog.Database) { d.Encoding = "LATIN1" }, ""},
		{"locale", func(*catalog.Database) {}, func(d *catalog.Database) { all(d, "C") }, "- c i"},
		{"character type", func(*catalog.Database) {}, func(d *catalog.Database) { d.CType = "C" }, "- c i"},
		{"provider", func(*catalog.Database) {}, func(d *catalog.Database) { d.Provider, d.Locale = "i", "en-US" }, "- c i"},
		{"libc", func(*catalog.Database) {}, func(d *catalog.Database) { d.Server.Libraries["c"] = "2.41" }, "- i"},
		{"ICU", func(*catalog.Database) {}, func(d *catalog.Database) { d.Server.Libraries["i"] = "153.14" }, "- d c"},
		{"unknown", func(d *catalog.Database) { d.Server.Libraries = nil }, func(d *catalog.Database) { d.Server.Libraries = nil }, "-"},
		{"C and POSIX", func(d *catalog.Database) { all(d, "C") }, func(d *catalog.Database) { all(d, "POSIX"); d.Server.Libraries = nil }, "- d"},
		{"C.UTF-8", func(d *catalog.Database) { all(d, "C.UTF-8") }, func(d *catalog.Database) { all(d, "C.utf8"); d.Server.Libraries = nil }, "- d"},
	} {
		var got []string
		for _, provider := range []string{"-", "d", "c", "i"} {
			r := &catalog.Routing{Providers: []string{provider}}
			if provider == "-" {
				r.Providers = nil
			}
			if r.RoutesLike(database(c.src), database(c.dst)) {
				got = append(got, provider)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
