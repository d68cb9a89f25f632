package planner_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"migrator/config"
	"migrator/planner"
	"migrator/planner/catalog"
)

// handmade is a database that was put together by hand.
type handmade struct {
	*catalog.Database
	next uint32
}

func newHandmade(schemas ...string) *handmade {
	h := &handmade{Database: &catalog.Database{
		Server: catalog.Server{Version: 150000, VersionText: "15.0"}, Name: "db", Encoding: "UTF8", Collate: "C", CType: "C",
	}}
	for _, s := range schemas {
		h.Schemas = append(h.Schemas, &catalog.Schema{Item: h.item("pg_namespace", catalog.KindSchema, "", s)})
	}
	return h
}

func (h *handmade) item(class string, kind catalog.Kind, schema, name string) catalog.Item {
	h.next++
	return catalog.Item{Kind: kind, Ref: catalog.Ref{Class: class, OID: h.next}, Schema: schema, Name: name, Owner: "me"}
}

// table adds a table; a column is "name type" with an optional "not null".
func (h *handmade) table(schema, name string, columns ...string) *catalog.Table {
	t := &catalog.Table{Item: h.item("pg_class", catalog.KindTable, schema, name), Persistence: "p", ReplicaIdentity: "d"}
	for n, c := range columns {
		c, notNull := strings.CutSuffix(c, " not null")
		column, typ, _ := strings.Cut(c, " ")
		t.Columns = append(t.Columns, &catalog.Column{
			Number: int16(n + 1), Name: column, Type: typ, Local: true, Statistics: -1, BinarySafe: true, NotNull: notNull,
		})
	}
	h.Tables = append(h.Tables, t)
	return t
}

// partition adds a partition of a table, with its columns.
func (h *handmade) partition(of *catalog.Table, schema, name string) *catalog.Table {
	t := h.table(schema, name)
	for _, c := range of.Columns {
		copied := *c
		copied.Local, copied.Inherited = false, true
		t.Columns = append(t.Columns, &copied)
	}
	of.Partitioned = true
	if of.PartitionBy == "" {
		of.PartitionBy = "RANGE (" + of.Columns[0].Name + ")"
	}
	t.Parents = []catalog.Name{{Schema: of.Schema, Name: of.Name}}
	t.Bound = fmt.Sprintf("FOR VALUES FROM (%d) TO (%d)", h.next, h.next+1)
	h.depends(t, of, 0, 0)
	return t
}

func (h *handmade) view(schema, name string, needs ...catalog.Object) *catalog.View {
	v := &catalog.View{Item: h.item("pg_class", catalog.KindView, schema, name), Definition: " SELECT 1 AS x", Columns: []catalog.ViewColumn{{Number: 1, Name: "x", Type: "integer"}}}
	h.Views = append(h.Views, v)
	for _, n := range needs {
		h.depends(v, n, 0, 0)
	}
	return v
}

func (h *handmade) function(schema, name, language string, needs ...catalog.Object) *catalog.Function {
	f := &catalog.Function{
		Item: h.item("pg_proc", catalog.KindFunction, schema, name), Language: language, Body: "SELECT 1",
		Definition: "CREATE FUNCTION " + schema + "." + name + "() RETURNS integer LANGUAGE " + language + " AS 'SELECT 1'",
	}
	h.Functions = append(h.Functions, f)
	for _, n := range needs {
		h.depends(f, n, 0, 0)
	}
	return f
}

// key adds a constraint with its index.
func (h *handmade) key(kind catalog.Kind, t *catalog.Table, name string, column int16) *catalog.Constraint {
	words := map[catalog.Kind]string{catalog.KindPrimaryKey: "PRIMARY KEY", catalog.KindUnique: "UNIQUE"}
	columnName := t.Columns[column-1].Name
	x := &catalog.Index{
		Item: h.item("pg_class", catalog.KindIndex, t.Schema, name), Unique: true, Method: "btree", Constraint: name,
		Definition: "CREATE UNIQUE INDEX " + name + " ON " + t.Schema + "." + t.Name + " USING btree (" + columnName + ")",
	}
	x.Table = t.Name
	c := &catalog.Constraint{
		Item: h.item("pg_constraint", kind, t.Schema, name), Definition: words[kind] + " (" + columnName + ")", Valid: true, Index: name,
	}
	c.Table = t.Name
	h.Indexes, h.Constraints = append(h.Indexes, x), append(h.Constraints, c)
	h.depends(x, t, 0, column)
	h.depends(c, x, 0, 0)
	h.depends(c, t, 0, column)
	return c
}

func (h *handmade) foreignKey(t, to *catalog.Table, name string, column int16) *catalog.Constraint {
	c := &catalog.Constraint{
		Item: h.item("pg_constraint", catalog.KindForeignKey, t.Schema, name), Valid: true,
		Definition: "FOREIGN KEY (" + t.Columns[column-1].Name + ") REFERENCES " + to.Schema + "." + to.Name,
		References: &catalog.Name{Schema: to.Schema, Name: to.Name},
	}
	c.Table = t.Name
	h.Constraints = append(h.Constraints, c)
	h.depends(c, t, 0, column)
	h.depends(c, to, 0, 0)
	return c
}

func (h *handmade) extension(name string) *catalog.Extension {
	e := &catalog.Extension{Item: h.item("pg_extension", catalog.KindExtension, "", name), In: "public", Version: "1.0"}
	h.Extensions = append(h.Extensions, e)
	return e
}

func (h *handmade) depends(from, to catalog.Object, fromSub, toSub int16) {
	h.Depends = append(h.Depends, catalog.Dependency{From: from.Meta().Ref, To: to.Meta().Ref, FromSub: fromSub, ToSub: toSub, Type: 'n'})
}

// plan plans the migration into an empty database, or into the given one.
func (h *handmade) plan(t *testing.T, cfg *config.Config, destination ...*handmade) *planner.Plan {
	t.Helper()
	p, err := planner.Build(h.input(cfg, destination...))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (h *handmade) input(cfg *config.Config, destination ...*handmade) planner.Input {
	in := planner.Input{Config: cfg, Configuration: json.RawMessage(`{}`), Source: h.Database, ToolVersion: "test", Destination: newHandmade("public").Database}
	if len(destination) > 0 {
		in.Destination = destination[0].Database
	}
	return in
}

// refused is the error of a configuration that cannot be planned.
func (h *handmade) refused(t *testing.T, cfg *config.Config, destination ...*handmade) *planner.ConfigError {
	t.Helper()
	p, err := planner.Build(h.input(cfg, destination...))
	refused, ok := errors.AsType[*planner.ConfigError](err)
	if !ok {
		t.Fatalf("Build: %v, %v", p, err)
	}
	return refused
}

// lines are a plan's actions, one "change address" each, of the kinds that are given or of all.
func lines(p *planner.Plan, kinds ...string) []string {
	var all []string
	for _, a := range p.Actions {
		wanted := len(kinds) == 0
		for _, k := range kinds {
			wanted = wanted || k == a.Kind
		}
		if wanted {
			all = append(all, string(a.Change)+" "+a.Address)
		}
	}
	return all
}

func action(t *testing.T, p *planner.Plan, address string) planner.Action {
	t.Helper()
	for _, a := range p.Actions {
		if a.Address == address {
			return a
		}
	}
	t.Fatalf("no action %s in %q", address, lines(p))
	return planner.Action{}
}

// hazards are a plan's hazards, one "name object" each.
func hazards(p *planner.Plan) []string {
	var all []string
	for _, h := range p.Hazards {
		all = append(all, h.Name+" "+h.Object)
	}
	return all
}
