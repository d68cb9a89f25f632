package catalog

import (
	"fmt"

	"github.com/jackc/pgx/v5"
)

// askForeign reads foreign data wrappers, servers and user mappings.
func (r *reader) askForeign() {
	wrapper := itemSQL{class: "pg_foreign_data_wrapper", oid: "o.oid", name: "o.fdwname", owner: "o.fdwowner", acl: "o.fdwacl", aclType: "'F'"}
	r.ask("foreign data wrappers", `SELECT `+wrapper.columns(r.v)+`, `+regprocedureName("o.fdwhandler")+`, `+regprocedureName("o.fdwvalidator")+`, o.fdwoptions
		FROM pg_foreign_data_wrapper o `+wrapper.joins(r.v)+`
		WHERE `+notMember(wrapper.class, wrapper.oid),
		func(rows pgx.Rows) error {
			w := &ForeignDataWrapper{}
			if err := scanItem(rows, KindForeignDataWrapper, wrapper.class, &w.Item, &w.Handler, &w.Validator, &w.Options); err != nil {
				return err
			}
			if !r.keepsSecret(&w.Item, "foreign data wrapper", w.Options) {
				r.db.ForeignDataWrappers = append(r.db.ForeignDataWrappers, w)
			}
			return nil
		})

	server := itemSQL{class: "pg_foreign_server", oid: "o.oid", name: "o.srvname", owner: "o.srvowner", acl: "o.srvacl", aclType: "'S'"}
	r.ask("foreign servers", `SELECT `+server.columns(r.v)+`, w.fdwname, coalesce(o.srvtype, ''), coalesce(o.srvversion, ''), o.srvoptions
		FROM pg_foreign_server o
		JOIN pg_foreign_data_wrapper w ON w.oid = o.srvfdw `+server.joins(r.v)+`
		WHERE `+notMember(server.class, server.oid),
		func(rows pgx.Rows) error {
			s := &ForeignServer{}
			if err := scanItem(rows, KindServer, server.class, &s.Item, &s.Wrapper, &s.Type, &s.Version, &s.Options); err != nil {
				return err
			}
			if !r.keepsSecret(&s.Item, "server", s.Options) {
				r.db.ForeignServers = append(r.db.ForeignServers, s)
			}
			return nil
		})

	// The catalog itself is closed to most; the view shows no options to who may not see them. A mapping without options looks the
	// same to them.
	r.ask("user mappings", `SELECT m.umid, m.srvname, CASE m.umuser WHEN 0 THEN 'PUBLIC' ELSE m.usename END, m.umuser = 0, m.umoptions,
			m.umoptions IS NOT NULL OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
		FROM pg_user_mappings m WHERE `+notMember("pg_user_mapping", "m.umid"),
		func(rows pgx.Rows) error {
			u := &UserMapping{}
			u.Kind, u.Ref.Class = KindUserMapping, "pg_user_mapping"
			var visible bool
			if err := rows.Scan(&u.Ref.OID, &u.Name, &u.Args, &u.Public, &u.Options, &visible); err != nil {
				return err
			}
			switch {
			case !visible:
				r.leave(&u.Item, "user mapping", "its options can be read by its owner and by superusers alone: create it by hand")
			case !r.keepsSecret(&u.Item, "user mapping", u.Options):
				r.db.UserMappings = append(r.db.UserMappings, u)
			}
			return nil
		})
}

// keepsSecret puts what has an option that may be a secret on the list of what is not carried.
func (r *reader) keepsSecret(i *Item, kind string, options []string) bool {
	option := secretOption(options)
	if option == "" {
		return false
	}
	r.leave(i, kind, fmt.Sprintf("its option %q may be a secret, which no plan keeps: create it by hand, and give that option then", option))
	return true
}

// leave puts an object on the list of what is not carried.
func (r *reader) leave(i *Item, kind, reason string) {
	name := AddressPart(i.Name)
	if i.Args != "" {
		name += "(" + i.Args + ")"
	}
	r.db.Uncarried = append(r.db.Uncarried, Uncarried{Kind: kind, Name: name, Ref: i.Ref, Reason: reason})
}

// regprocedureName names a function by its OID without its arguments; 0 is no function.
func regprocedureName(column string) string {
	return "CASE WHEN " + column + " = 0 THEN '' ELSE " + column + "::regproc::text END"
}

// askForeignTables reads what tables that are foreign have beside others.
func (r *reader) askForeignTables() {
	r.ask("foreign tables", `SELECT f.ftrelid, s.srvname, f.ftoptions FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver`,
		func(rows pgx.Rows) error {
			var oid uint32
			var server string
			var options []string
			if err := rows.Scan(&oid, &server, &options); err != nil {
				return err
			}
			if t := r.tables[oid]; t != nil {
				t.Server, t.ForeignOptions = server, options
			}
			return nil
		})
	r.ask("columns of foreign tables", `SELECT a.attrelid, a.attnum, a.attfdwoptions FROM pg_attribute a WHERE a.attfdwoptions IS NOT NULL`,
		func(rows pgx.Rows) error {
			var oid uint32
			var number int16
			var options []string
			if err := rows.Scan(&oid, &number, &options); err != nil {
				return err
			}
			if t := r.tables[oid]; t != nil {
				for _, c := range t.Columns {
					if c.Number == number {
						c.ForeignOptions = options
					}
				}
			}
			return nil
		})
}
