package precheck

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

var extensionChecks = []Check{
	{
		Name: "extensions", Severity: Error, Run: checkExtensions,
		Doc: "Every selected extension is available in the destination; another version, or another schema, is an alert.",
	},
}

func checkExtensions(ctx context.Context, in *Input) ([]Finding, error) {
	wanted := map[string]*catalog.Extension{}
	var names []string
	for _, o := range in.Selected {
		if e, ok := o.(*catalog.Extension); ok {
			wanted[e.Name] = e
			names = append(names, e.Name)
		}
	}
	if len(names) == 0 {
		return nil, nil
	}
	conn := in.server()
	if conn == nil {
		return nil, errNoServer
	}
	// Another database of the server says what is available, but what is installed in it says nothing.
	rows, err := conn.Query(ctx, `
		SELECT w.name, a.name IS NOT NULL, coalesce(a.default_version, ''), coalesce(x.extversion, ''), coalesce(n.nspname, '')
		FROM unnest($1::text[]) w (name)
		LEFT JOIN pg_available_extensions a ON a.name = w.name
		LEFT JOIN pg_extension x ON x.extname = w.name AND $2
		LEFT JOIN pg_namespace n ON n.oid = x.extnamespace
		ORDER BY 1`, names, in.DestinationConn != nil)
	if err != nil {
		return nil, err
	}
	var findings []Finding
	var name, offered, installed, schema string
	var available bool
	_, err = pgx.ForEachRow(rows, []any{&name, &available, &offered, &installed, &schema}, func() error {
		e := wanted[name]
		f := Finding{Side: Destination, Objects: []catalog.Name{{Name: name}}, Severity: Alert}
		version := offered
		if installed != "" {
			version = installed
		}
		switch {
		case !available && installed == "":
			f.Severity, f.Found = Error, "extension "+name+" is not available"
			f.Do = fmt.Sprintf("install it on the server, or leave it behind: extension %q { skip = true } in select", name)
		case installed != "" && schema != e.In:
			f.Found = fmt.Sprintf("extension %s is in schema %s (in the source in %s)", name, schema, e.In)
			f.Do = "ALTER EXTENSION " + postgres.QuoteIdent(name) + " SET SCHEMA " + postgres.QuoteIdent(e.In) + ", if nothing else uses it"
		case version != e.Version:
			f.Found = fmt.Sprintf("extension %s will be %s (the source has %s)", name, version, e.Version)
			f.Do = "read its release notes; with the same version on both sides nothing can differ"
		default:
			return nil
		}
		findings = append(findings, f)
		return nil
	})
	return findings, err
}
