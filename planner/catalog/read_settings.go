package catalog

import (
	"strings"

	"github.com/jackc/pgx/v5"
)

// askSettings reads what ALTER DATABASE and ALTER ROLE ... IN DATABASE have set for this database. The catalog knows no OID
// for a single one.
func (r *reader) askSettings() {
	r.ask("settings of the database", `SELECT s.setrole, CASE s.setrole WHEN 0 THEN '' ELSE pg_get_userbyid(s.setrole) END, c
		FROM pg_db_role_setting s CROSS JOIN LATERAL unnest(s.setconfig) WITH ORDINALITY AS x(c, position)
		WHERE s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
		ORDER BY 2, x.position`,
		func(rows pgx.Rows) error {
			s := &DatabaseSetting{}
			s.Kind, s.Ref.Class = KindDatabaseSetting, "pg_db_role_setting"
			var setting string
			if err := rows.Scan(&s.Ref.OID, &s.Args, &setting); err != nil {
				return err
			}
			s.Name, s.Value, _ = strings.Cut(setting, "=")
			s.List = quotedLists[strings.ToLower(s.Name)]
			if secretWord(s.Name) != "" && secretWord(s.Name) != "key" {
				r.leave(&s.Item, "database setting", "its value may be a secret, which no plan keeps: set it by hand")
				return nil
			}
			r.db.Settings = append(r.db.Settings, s)
			return nil
		})
}

// quotedLists are the parameters that the server marks GUC_LIST_QUOTE: what it keeps of them is SQL already.
var quotedLists = map[string]bool{
	"local_preload_libraries": true, "search_path": true, "session_preload_libraries": true, "shared_preload_libraries": true,
	"temp_tablespaces": true, "unix_socket_directories": true, "restrict_nonsystem_relation_kind": true,
}
