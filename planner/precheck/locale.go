package precheck

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

var localeChecks = []Check{{
	Name: "encoding_and_locale", Severity: Alert, Run: checkLocale,
	Doc: "Encoding, collation, character types and the collation's version are the same: else text may not fit, sort otherwise, or collide in a unique index.",
}}

func checkLocale(ctx context.Context, in *Input) ([]Finding, error) {
	src, dst := in.Source, in.Destination
	if src == nil {
		return nil, errNoSource
	}
	if dst == nil && in.Maintenance != nil {
		return localeOfNew(ctx, in.Maintenance, src)
	}
	if dst == nil {
		return nil, errNoDestination
	}
	findings := checkEncoding(src, dst)
	add := func(found string) {
		findings = append(findings, Finding{
			Side: Destination, Found: found,
			Do: "create the destination's database with the source's locale (from template0), or check indexes and constraints on text",
		})
	}
	if src.Provider != dst.Provider || src.Locale != dst.Locale {
		add(fmt.Sprintf("the locale's provider differs: %s in the source, %s in the destination", provider(src), provider(dst)))
	}
	if catalog.LocaleName(src.Collate) != catalog.LocaleName(dst.Collate) {
		add(fmt.Sprintf("the collation differs: %s in the source, %s in the destination", src.Collate, dst.Collate))
	}
	if catalog.LocaleName(src.CType) != catalog.LocaleName(dst.CType) {
		add(fmt.Sprintf("the character type differs: %s in the source, %s in the destination", src.CType, dst.CType))
	}
	versions, err := checkCollationVersions(ctx, in)
	return append(findings, versions...), err
}

func checkEncoding(src, dst *catalog.Database) []Finding {
	f := Finding{Side: Destination, Found: fmt.Sprintf("the encoding differs: %s in the source, %s in the destination", src.Encoding, dst.Encoding)}
	switch {
	case src.Encoding == dst.Encoding:
		if src.Encoding != postgres.SQLASCII {
			return nil
		}
		f.Side, f.Found = Source, "the encoding is SQL_ASCII: texts are bytes that nobody has checked"
		f.Do = "nothing: rows are copied byte for byte. Names, comments and defaults must be UTF-8"
	case src.Encoding == postgres.SQLASCII:
		f.Found += ": nobody has checked the source's texts, and the destination takes only those that are valid UTF-8"
		f.Do = "find out what the bytes are (COPY to a file, then iconv -f UTF-8): the first row that is no valid UTF-8 ends the run. " +
			"A destination with ENCODING SQL_ASCII (from template0) takes all"
	case dst.Encoding == postgres.SQLASCII:
		f.Do = "nothing for the rows, which are stored as UTF-8; the destination will not check what is written to it later"
	case dst.Encoding == "UTF8":
		f.Do = "texts may take more bytes: index entries near their maximum size may not fit"
		if !wholly[src.Encoding] {
			f.Found += fmt.Sprintf(": the first row with a byte that stands for no character in %s would end the run", src.Encoding)
			f.Do += fmt.Sprintf(". A destination with ENCODING %s (from template0) takes all", src.Encoding)
		}
		if src.Encoding == "EUC_JP" {
			f.Found += "; some of its characters are one in UTF8, so that unique texts may collide"
		}
	default:
		f.Severity = Error
		f.Found += ": the first row with a character that the destination's lacks would end the run"
		f.Do = fmt.Sprintf("create the destination's database with ENCODING %s or UTF8 (from template0)", src.Encoding)
	}
	return []Finding{f}
}

// wholly are the encodings of which every byte is a character of UTF8, and comes back as itself.
var wholly = map[string]bool{
	"LATIN1": true, "LATIN2": true, "LATIN4": true, "LATIN5": true, "LATIN6": true, "LATIN7": true, "LATIN8": true, "LATIN9": true, "LATIN10": true,
	"ISO_8859_5": true, "KOI8R": true, "KOI8U": true, "WIN866": true, "WIN1256": true,
}

func provider(d *catalog.Database) string {
	name := map[string]string{"c": "libc", "i": "ICU", "b": "builtin"}[d.Provider]
	if d.Locale != "" {
		name += " " + d.Locale
	}
	return name
}

// collationVersion is what the database was made with, and what its server's library has now.
type collationVersion struct{ recorded, actual string }

func checkCollationVersions(ctx context.Context, in *Input) ([]Finding, error) {
	var sides [2]collationVersion
	for i, conn := range []*pgx.Conn{in.SourceConn, in.DestinationConn} {
		if conn == nil {
			continue
		}
		var err error
		if sides[i], err = readCollationVersion(ctx, conn); err != nil {
			return nil, err
		}
	}
	return compareCollationVersions(sides, in.Source.Provider == in.Destination.Provider), nil
}

// compareCollationVersions takes the source's and the destination's; empty is unknown.
func compareCollationVersions(sides [2]collationVersion, sameProvider bool) []Finding {
	var findings []Finding
	for i, v := range sides {
		if v.recorded != "" && v.actual != "" && v.recorded != v.actual {
			findings = append(findings, Finding{
				Side: []string{Source, Destination}[i], Found: fmt.Sprintf("the database was made with collation version %s, the server has %s now", v.recorded, v.actual),
				Do: "reindex what depends on the collation, then ALTER DATABASE ... REFRESH COLLATION VERSION",
			})
		}
	}
	if s, d := sides[0].actual, sides[1].actual; s != "" && d != "" && s != d && sameProvider {
		findings = append(findings, Finding{
			Side: Destination, Found: fmt.Sprintf("the collation's version differs: %s in the source, %s in the destination", s, d),
			Do: "texts may sort otherwise; look at partition bounds, exclusion constraints and range types on text",
		})
	}
	return findings
}

// readCollationVersion is empty below 15, which does not record it for the database, and for C.
func readCollationVersion(ctx context.Context, conn *pgx.Conn) (v collationVersion, err error) {
	if postgres.VersionNumber(conn) < 150000 {
		return v, nil
	}
	err = conn.QueryRow(ctx, `SELECT coalesce(datcollversion, ''), coalesce(pg_database_collation_actual_version(oid), '')
		FROM pg_database WHERE datname = current_database()`).Scan(&v.recorded, &v.actual)
	return v, err
}

// localeOfNew looks whether the server has the locale that the new database is to be made with. The catalog knows what the system
// offered when the server was set up, and what databases use.
func localeOfNew(ctx context.Context, conn *pgx.Conn, src *catalog.Database) ([]Finding, error) {
	rows, err := conn.Query(ctx, `SELECT collcollate FROM pg_collation WHERE collprovider = 'c' AND collcollate <> ''
		UNION SELECT collctype FROM pg_collation WHERE collprovider = 'c' AND collctype <> ''
		UNION SELECT datcollate FROM pg_database UNION SELECT datctype FROM pg_database`)
	known, err := set(rows, err)
	if err != nil {
		return nil, err
	}
	spelled := map[string]bool{"c": true}
	for name := range known {
		spelled[catalog.LocaleName(name)] = true
	}
	var findings []Finding
	for _, name := range slices.Compact([]string{src.Collate, src.CType}) {
		if !spelled[catalog.LocaleName(name)] {
			findings = append(findings, Finding{
				Side: Destination, Found: "the new database is to have the source's locale " + name + ", which the server does not list in pg_collation",
				Do: "install the locale on the server, or create the database with another one, and leave create_database out",
			})
		}
	}
	if src.Provider != "c" {
		findings = append(findings, Finding{
			Side: Destination, Found: fmt.Sprintf("the source's locale comes from %s, and the new database's will from libc: %s", provider(src), src.Collate),
			Do: "create the database with the source's locale (from template0), and leave create_database out",
		})
	}
	return findings, nil
}
