package catalog

import (
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
)

// askPublications reads publications, their tables and their schemas.
func (r *reader) askPublications() {
	if r.v < 100000 {
		return
	}
	byOID := map[uint32]*Publication{}
	it := itemSQL{class: "pg_publication", oid: "o.oid", name: "o.pubname", owner: "o.pubowner"}
	r.ask("publications", `SELECT `+it.columns(r.v)+`, o.puballtables, array_remove(ARRAY[CASE WHEN o.pubinsert THEN 'insert' END, CASE WHEN o.pubupdate THEN 'update' END,
			CASE WHEN o.pubdelete THEN 'delete' END`+r.v.since(110000, ", CASE WHEN o.pubtruncate THEN 'truncate' END", "")+`], NULL),
			`+r.v.since(130000, "o.pubviaroot", "false")+`, `+r.v.since(180000, "CASE WHEN o.pubgencols = 's' THEN 's' ELSE '' END", "''")+`
		FROM pg_publication o `+it.joins(r.v)+`
		WHERE `+notMember(it.class, it.oid),
		func(rows pgx.Rows) error {
			p := &Publication{}
			if err := scanItem(rows, KindPublication, it.class, &p.Item, &p.AllTables, &p.Publishes, &p.ViaRoot, &p.Generated); err != nil {
				return err
			}
			byOID[p.Ref.OID] = p
			r.db.Publications = append(r.db.Publications, p)
			return nil
		})

	filters := "'{}'::text[], ''"
	if r.v >= 150000 {
		filters = `coalesce((SELECT array_agg(a.attname::text ORDER BY x.position) FROM unnest(pr.prattrs::int2[]) WITH ORDINALITY AS x(number, position)
				JOIN pg_attribute a ON a.attrelid = pr.prrelid AND a.attnum = x.number), '{}'), coalesce(pg_get_expr(pr.prqual, pr.prrelid), '')`
	}
	r.ask("tables of publications", `SELECT pr.prpubid, n.nspname, c.relname, `+filters+`
		FROM pg_publication_rel pr
		JOIN pg_class c ON c.oid = pr.prrelid
		JOIN pg_namespace n ON n.oid = c.relnamespace
		ORDER BY pr.prpubid, n.nspname, c.relname`,
		func(rows pgx.Rows) error {
			var oid uint32
			var t PublicationTable
			if err := rows.Scan(&oid, &t.Table.Schema, &t.Table.Name, &t.Columns, &t.Where); err != nil {
				return err
			}
			if p := byOID[oid]; p != nil {
				p.Tables = append(p.Tables, t)
			}
			return nil
		})
	if r.v < 150000 {
		return
	}
	r.ask("schemas of publications", `SELECT pn.pnpubid, n.nspname FROM pg_publication_namespace pn JOIN pg_namespace n ON n.oid = pn.pnnspid
		ORDER BY pn.pnpubid, n.nspname`,
		func(rows pgx.Rows) error {
			var oid uint32
			var schema string
			if err := rows.Scan(&oid, &schema); err != nil {
				return err
			}
			if p := byOID[oid]; p != nil {
				p.Schemas = append(p.Schemas, schema)
			}
			return nil
		})
}

// askSubscriptions reads the subscriptions of this database, if the session may read where they connect to; otherwise they are
// Uncarried, as those are whose connection string holds a secret.
func (r *reader) askSubscriptions() {
	if r.v < 100000 || !r.mayReadConnections {
		return
	}
	it := itemSQL{class: "pg_subscription", oid: "o.oid", name: "o.subname", owner: "o.subowner"}
	option := func(first version, differs, text string) string {
		return r.v.since(first, ", CASE WHEN "+differs+" THEN "+text+" END", "")
	}
	r.ask("subscriptions", `SELECT `+it.columns(r.v)+`, o.subconninfo, o.subpublications, coalesce(o.subslotname, ''), array_remove(ARRAY[
			CASE WHEN o.subsynccommit <> 'off' THEN 'synchronous_commit = ' || quote_literal(o.subsynccommit) END`+
		option(140000, "o.subbinary", "'binary = true'")+
		r.v.since(160000, ", CASE o.substream::text WHEN 't' THEN 'streaming = on' WHEN 'p' THEN 'streaming = parallel' ELSE 'streaming = off' END",
			r.v.since(140000, ", CASE WHEN o.substream THEN 'streaming = on' ELSE 'streaming = off' END", ", 'streaming = off'"))+
		option(150000, "o.subtwophasestate <> 'd'", "'two_phase = on'")+
		option(150000, "o.subdisableonerr", "'disable_on_error = true'")+
		option(160000, "NOT o.subpasswordrequired", "'password_required = false'")+
		option(160000, "o.subrunasowner", "'run_as_owner = true'")+
		option(160000, "o.suborigin <> 'any'", "'origin = ' || quote_literal(o.suborigin)")+
		option(170000, "o.subfailover", "'failover = true'")+`], NULL)
		FROM pg_subscription o `+it.joins(r.v)+`
		WHERE o.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())`,
		func(rows pgx.Rows) error {
			s := &Subscription{}
			if err := scanItem(rows, KindSubscription, it.class, &s.Item, &s.Connection, &s.Publications, &s.Slot, &s.Options); err != nil {
				return err
			}
			if word := secretIn(s.Connection); word != "" {
				r.db.Uncarried = append(r.db.Uncarried, Uncarried{Kind: "subscription", Name: AddressPart(s.Name), Ref: s.Ref,
					Reason: fmt.Sprintf("its connection string holds a secret (%s), which no plan keeps: create it by hand", word)})
				return nil
			}
			slices.Sort(s.Publications)
			r.db.Subscriptions = append(r.db.Subscriptions, s)
			return nil
		})
}
