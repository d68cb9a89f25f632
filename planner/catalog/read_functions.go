package catalog

import (
	"strings"

	"github.com/jackc/pgx/v5"
)

// routineItem is the Item of everything in pg_proc.
var routineItem = itemSQL{class: "pg_proc", oid: "p.oid", schema: "n.nspname", name: "p.proname",
	args: "pg_get_function_identity_arguments(p.oid)", owner: "p.proowner", acl: "p.proacl", aclType: "'f'"}

// routineOfUser leaves out members of extensions and the constructors that came with a range type.
const routineOfUser = ` NOT EXISTS (SELECT 1 FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid AND i.deptype = 'i') `

// askFunctions reads functions, procedures and window functions.
func (r *reader) askFunctions() {
	it := routineItem
	r.ask("functions", `SELECT `+it.columns(r.v)+`, `+r.v.since(110000, "p.prokind", "'f'")+`, pg_get_functiondef(p.oid), l.lanname,
			p.prosrc, coalesce(p.probin, '')
		FROM pg_proc p
		JOIN pg_namespace n ON n.oid = p.pronamespace
		JOIN pg_language l ON l.oid = p.prolang `+it.joins(r.v)+`
		WHERE `+r.v.since(110000, "p.prokind <> 'a'", "NOT p.proisagg")+` AND `+ofUser+`
			AND `+notMember(it.class, it.oid)+` AND `+routineOfUser,
		func(rows pgx.Rows) error {
			f := &Function{}
			var prokind string
			if err := scanItem(rows, KindFunction, it.class, &f.Item, &prokind, &f.Definition, &f.Language, &f.Body, &f.Library); err != nil {
				return err
			}
			if prokind == "p" {
				f.Kind = KindProcedure
			}
			f.Definition = strings.TrimSuffix(f.Definition, "\n")
			r.db.Functions = append(r.db.Functions, f)
			return nil
		})
}
