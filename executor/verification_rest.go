package executor

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"migrator/executor/report"
	"migrator/executor/rowcopy"
	"migrator/executor/verify"
	"migrator/planner"
	"migrator/planner/catalog"
	"migrator/planner/count"
	"migrator/planner/postgres"
)

// unproven takes an error of a server as something that could not be compared, and returns all others.
func (v *verifier) unproven(what string, err error) error {
	var server *pgconn.PgError
	if errors.As(err, &server) && server.Severity != "FATAL" {
		v.out.Unproven = append(v.out.Unproven, what+": "+err.Error())
		return nil
	}
	return err
}

// compareSequences compares the values of sequences that both sides have; the schema says which are missing.
func (v *verifier) compareSequences(ctx context.Context) error {
	inSource, err := sequences(ctx, v.src)
	if err != nil {
		return fmt.Errorf("listing sequences of the source: %w", err)
	}
	inDestination, err := sequences(ctx, v.dst)
	if err != nil {
		return fmt.Errorf("listing sequences of the destination: %w", err)
	}
	var from, final []catalog.Name
	var addresses []string
	var planned []*planner.SequenceValue
	for i := range v.plan.Actions {
		a := &v.plan.Actions[i]
		if s := a.Sequence; s != nil && a.Change == planner.Alter && inSource[catalog.Name(s.From)] && inDestination[catalog.Name(s.Final)] {
			from, final, addresses = append(from, catalog.Name(s.From)), append(final, catalog.Name(s.Final)), append(addresses, a.Address)
			planned = append(planned, s)
		}
	}
	want, err := catalog.ReadSequenceValues(ctx, v.src, from)
	if err != nil {
		return v.unproven("values of sequences, in the source", err)
	}
	have, err := catalog.ReadSequenceValues(ctx, v.dst, final)
	if err != nil {
		return v.unproven("values of sequences, in the destination", err)
	}
	value := func(v catalog.SequenceValue) []string {
		return []string{fmt.Sprintf("last_value %d, is_called %t", v.Last, v.Called)}
	}
	for i := range from {
		w, h := want[from[i]], have[final[i]]
		if ahead := h.Last > w.Last != planned[i].Descending && h.Last != w.Last; w == h || planned[i].Keep && ahead {
			continue
		}
		name := postgres.QuoteIdent(final[i].Schema, final[i].Name)
		v.out.Sequences = append(v.out.Sequences, planner.Difference{
			Address: addresses[i], Kind: string(catalog.KindSequence), Name: final[i].Schema + "." + final[i].Name, What: planner.Changed,
			Properties: []string{"value"}, Source: value(w), Destination: value(h),
			Mend: []string{fmt.Sprintf("SELECT pg_catalog.setval(%s, %d, %t)", postgres.QuoteLiteral(name), w.Last, w.Called)},
		})
	}
	return nil
}

func sequences(ctx context.Context, conn *pgx.Conn) (map[catalog.Name]bool, error) {
	rows, err := conn.Query(ctx, `SELECT n.nspname::text, c.relname::text FROM pg_catalog.pg_class c
		JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'S'`)
	if err != nil {
		return nil, err
	}
	names, err := pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.Name])
	found := make(map[catalog.Name]bool, len(names))
	for _, name := range names {
		found[name] = true
	}
	return found, err
}

// compareObjects compares the contents of large objects; the schema says which are missing.
func (v *verifier) compareObjects(ctx context.Context) error {
	for i := range v.plan.Actions {
		a := &v.plan.Actions[i]
		if a.Objects == nil || a.Change != planner.Copy {
			continue
		}
		if err := v.compareRange(ctx, a); err != nil {
			if err := v.unproven(a.Address, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// compareRange compares a range's objects with what was digested during the copy, and one by one with the source's if that is asked for or
// they differ.
func (v *verifier) compareRange(ctx context.Context, a *planner.Action) error {
	have, err := eachObject(ctx, v.dst, a)
	if err != nil {
		return fmt.Errorf("destination: %w", err)
	}
	done := v.done[a.Address]
	if !v.Independent && sumOf(have) == done.Digest {
		return nil
	}
	differs := func(name string, source, destination string) {
		v.out.Objects = append(v.out.Objects, planner.Difference{
			Address: string(catalog.KindLargeObject) + "." + name, Kind: string(catalog.KindLargeObject), Name: name, What: planner.Changed,
			Properties: []string{"contents"}, Source: []string{source}, Destination: []string{destination},
		})
	}
	if v.src == nil {
		differs(a.Name, count.Of(done.Rows, "object")+" copied", count.Of(len(have), "object")+", or other contents")
		return nil
	}
	want, err := eachObject(ctx, v.src, a)
	if err != nil {
		return fmt.Errorf("source: %w", err)
	}
	missing, named := false, len(v.out.Objects)
	for _, oid := range slices.Sorted(maps.Keys(want)) {
		w := want[oid]
		h, there := have[oid]
		missing = missing || !there
		if there && w != h {
			differs(strconv.FormatUint(uint64(oid), 10), objectSize(w, h), objectSize(h, w))
		}
	}
	// What only the destination has, it may have had before; the schema tells.
	maps.DeleteFunc(have, func(oid uint32, _ rowcopy.Sum) bool { _, ours := want[oid]; return !ours })
	if !v.Independent && !missing && len(v.out.Objects) == named && sumOf(have) != done.Digest {
		differs(a.Name, "the same objects as the destination, but not as they were copied: it was written since", "the same objects as the source")
	}
	return nil
}

func objectSize(o, other rowcopy.Sum) string {
	if o.Bytes == other.Bytes {
		return count.Of(o.Bytes, "byte") + ", digest " + o.Digest.String()
	}
	return count.Of(o.Bytes, "byte")
}

func eachObject(ctx context.Context, conn *pgx.Conn, a *planner.Action) (map[uint32]rowcopy.Sum, error) {
	objects := map[uint32]rowcopy.Sum{}
	_, err := rowcopy.DigestObjects(ctx, conn, a.Address, *a.Objects, func(oid uint32, o rowcopy.Sum) { objects[oid] = o }, rowcopy.Options{})
	return objects, err
}

func sumOf(objects map[uint32]rowcopy.Sum) string {
	var sum rowcopy.Sum
	for _, o := range objects {
		sum = sum.Add(o)
	}
	return sum.Digest.String()
}

// compareViews compares what materialized views show. That they differ is worth knowing, but no fault of the copy: each was filled by its
// own server, and the source's perhaps before its tables were written last.
func (v *verifier) compareViews(ctx context.Context, views []planner.Action) error {
	o := v.rows(&planner.Plan{Actions: views}, quiet{})
	o.Done = nil
	results, err := verify.Run(ctx, o)
	for _, r := range results {
		switch {
		case r.NotCompared != "":
			v.out.Unchecked = append(v.out.Unchecked, r.Address+": "+r.NotCompared)
		case !r.Equal:
			v.out.Unchecked = append(v.out.Unchecked, fmt.Sprintf("%s: it shows other rows (%s), which is no fault if the source's was filled before its tables were "+
				"written last, or shows what changes by itself; REFRESH MATERIALIZED VIEW on both sides and verify again to know", r.Address, r.Message))
		}
	}
	return err
}

// quiet drops events.
type quiet struct{}

// Send implements report.Sink.
func (quiet) Send(report.Event) {}
