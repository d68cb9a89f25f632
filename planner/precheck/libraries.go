package precheck

import (
	"context"

	"github.com/jackc/pgx/v5"

	"migrator/config"
	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// libraryObjects are the selected objects that are nothing without a library: by it, by their symbol in the server itself, and types.
type libraryObjects struct {
	c, internal map[string][]catalog.Name
	all         []catalog.Name
}

func newLibraryObjects(in *Input) libraryObjects {
	l := libraryObjects{c: map[string][]catalog.Name{}, internal: map[string][]catalog.Name{}}
	for _, o := range in.Selected {
		name := nameOf(o)
		switch o := o.(type) {
		case *catalog.Type:
			if o.Base == nil {
				continue
			}
		case *catalog.Function:
			switch o.Language {
			case "c":
				l.c[o.Library] = append(l.c[o.Library], name)
			case "internal":
				l.internal[o.Body] = append(l.internal[o.Body], name)
			default:
				continue
			}
		default:
			continue
		}
		l.all = append(l.all, name)
	}
	return l
}

func checkCFunctions(ctx context.Context, in *Input) ([]Finding, error) {
	objects := newLibraryObjects(in)
	if len(objects.all) == 0 {
		return nil, nil
	}
	switch in.Config.CFunctions {
	case config.CFunctionsCreate:
		return missingLibraries(ctx, in, objects)
	case config.CFunctionsError:
		return []Finding{{
			Side: Source, Severity: Error, Found: `functions in C, internal ones or base types refuse the plan (c_functions = "error")`, Objects: objects.all,
			Do: `exclude them with what needs them, or set c_functions to "create" or "skip"`,
		}}, nil
	}
	return []Finding{{
		Side: Source, Found: "functions in C, internal ones and base types are not carried", Objects: objects.all,
		Do: `install their library on the destination and set c_functions = "create", or exclude them with what needs them`,
	}}, nil
}

// missingLibraries looks for the files of the libraries where the server looks for them, and for internal functions of the same code. Whether a
// library has a function is known when that is created.
func missingLibraries(ctx context.Context, in *Input, objects libraryObjects) ([]Finding, error) {
	conn := in.server()
	if conn == nil {
		return nil, errNoServer
	}
	var superuser bool
	if err := conn.QueryRow(ctx, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user").Scan(&superuser); err != nil {
		return nil, err
	}
	if !superuser { // which destination_privileges says; nobody else may look at the server's files
		return []Finding{{
			Side: Destination, Severity: Info, Found: "whether the libraries are there can only be seen by a superuser", Objects: objects.all,
			Do: "have a superuser look, or run apply as one, which creating these takes anyway",
		}}, nil
	}
	libraries, err := absent(ctx, conn, objects.c, `
		WITH own AS (SELECT setting AS dir FROM pg_config() WHERE name = 'PKGLIBDIR')
		SELECT w.library FROM unnest($1::text[]) w (library), own
		WHERE NOT EXISTS (
			SELECT FROM (
				SELECT replace(w.library, '$libdir', own.dir) WHERE w.library LIKE '%/%'
				UNION ALL SELECT replace(p, '$libdir', own.dir) || '/' || w.library
				FROM unnest(string_to_array(current_setting('dynamic_library_path'), ':')) p WHERE w.library NOT LIKE '%/%') f (path),
				unnest(ARRAY['', '.so', '.dylib', '.dll']) suffix
			WHERE (pg_stat_file(f.path || suffix, true)).size IS NOT NULL)
		ORDER BY 1`)
	if err != nil {
		return nil, err
	}
	var findings []Finding
	for _, library := range libraries {
		findings = append(findings, Finding{
			Side: Destination, Severity: Error, Found: "the server has no library " + library, Objects: objects.c[library],
			Do: `install it there, or exclude the functions with what needs them, or set c_functions = "skip"`,
		})
	}
	symbols, err := absent(ctx, conn, objects.internal, `SELECT s FROM unnest($1::text[]) s
		WHERE NOT EXISTS (SELECT FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE l.lanname = 'internal' AND p.prosrc = s) ORDER BY 1`)
	for _, symbol := range symbols {
		findings = append(findings, Finding{
			Side: Destination, Found: "the server " + postgres.Version(conn) + " has no internal function of its own with the code " + symbol, Objects: objects.internal[symbol],
			Do: "exclude the functions with what needs them, or find out what their code is called in this version",
		})
	}
	return findings, err
}

func absent(ctx context.Context, conn *pgx.Conn, of map[string][]catalog.Name, sql string) ([]string, error) {
	names := make([]string, 0, len(of))
	for name := range of {
		names = append(names, name)
	}
	rows, err := conn.Query(ctx, sql, names)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
