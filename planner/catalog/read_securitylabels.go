package catalog

import (
	"strings"

	"github.com/jackc/pgx/v5"
)

// askSecurityLabels reads the labels of the database and of what is in it, and which libraries a session begins with: a provider of labels is one of
// these, and no catalog lists the providers themselves.
func (r *reader) askSecurityLabels() {
	r.ask("security labels", `SELECT c.relname, l.objoid, l.objsubid, l.provider, l.label, `+identityOf("l.classoid", "l.objoid", "l.objsubid")+`
			FROM pg_seclabel l JOIN pg_class c ON c.oid = l.classoid
		UNION ALL SELECT 'pg_database', l.objoid, 0, l.provider, l.label, 'database'
			FROM pg_shseclabel l
			WHERE l.classoid = 'pg_database'::regclass AND l.objoid = (SELECT oid FROM pg_database WHERE datname = current_database())
		ORDER BY 4, 6`,
		func(rows pgx.Rows) error {
			l := &SecurityLabel{}
			r.db.SecurityLabels = append(r.db.SecurityLabels, l)
			return rows.Scan(&l.On.Class, &l.On.OID, &l.Column, &l.Provider, &l.Text, &l.Name)
		})
	// Two of them only some may read, and then they are missing here.
	r.ask("preloaded libraries", `SELECT setting FROM pg_settings
			WHERE name IN ('shared_preload_libraries', 'session_preload_libraries', 'local_preload_libraries')`,
		func(rows pgx.Rows) error {
			var libraries string
			err := rows.Scan(&libraries)
			for library := range strings.SplitSeq(libraries, ",") {
				library = strings.Trim(library, ` "`)
				library = strings.TrimSuffix(library[strings.LastIndex(library, "/")+1:], ".so")
				if library != "" {
					r.db.Server.Preloaded = append(r.db.Server.Preloaded, library)
				}
			}
			return err
		})
}
