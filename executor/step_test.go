package executor

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"migrator/planner"
	"migrator/planner/catalog"
)

// drawActions draws a plan's actions: in an order in which each comes after those it needs, which are of its stage or an earlier one.
func drawActions(t *rapid.T) []*planner.Action {
	relations := []string{"s.a", "s.b", "s.c"}
	kinds := map[planner.Stage][]string{
		planner.StageSchema:  {string(catalog.KindTable), string(catalog.KindFunction)},
		planner.StageData:    {planner.ActionRows, string(catalog.KindIndex), string(catalog.KindForeignKey), planner.ActionSequenceValue, planner.ActionValidate, planner.ActionAnalyze, planner.ActionLargeObjects},
		planner.StageRules:   {string(catalog.KindTrigger), planner.ActionPrivileges},
		planner.StageRefresh: {planner.ActionRefresh, string(catalog.KindIndex)},
		planner.StageRename:  {planner.ActionRename},
	}
	many := rapid.SampledFrom([]int{3, 12, 60, 260}).Draw(t, "most actions")
	actions := make([]*planner.Action, rapid.IntRange(0, many).Draw(t, "actions"))
	for i := range actions {
		stage := rapid.SampledFrom([]planner.Stage{planner.StageSchema, planner.StageData, planner.StageData, planner.StageData,
			planner.StageRules, planner.StageRefresh, planner.StageRename}).Draw(t, "stage")
		a := &planner.Action{
			Address: fmt.Sprintf("a%03d", i), Kind: rapid.SampledFrom(kinds[stage]).Draw(t, "kind"), Change: planner.Create, Stage: stage,
			Estimate: planner.Estimate{Bytes: rapid.SampledFrom([]int64{0, 1 << 10, small, small + 1, 1 << 30}).Draw(t, "bytes")},
		}
		if a.Kind == planner.ActionRows {
			a.Copy = &planner.RowCopy{Parts: make([]planner.BlockRange, rapid.SampledFrom([]int{0, 0, 0, 3}).Draw(t, "parts"))}
			a.Copy.KeepExisting = rapid.Bool().Draw(t, "keep existing")
		} else {
			a.Locks = drawSome(t, "locks", relations, 1)
			a.Shares = drawSome(t, "shares", relations, 1)
		}
		var earlier []string
		for _, e := range actions[:i] {
			if e.Stage <= stage {
				earlier = append(earlier, e.Address)
			}
		}
		a.DependsOn = drawSome(t, "needs", earlier, 3)
		actions[i] = a
	}
	return actions
}

func drawSome(t *rapid.T, label string, from []string, most int) []string {
	if len(from) == 0 {
		return nil
	}
	return rapid.SliceOfNDistinct(rapid.SampledFrom(from), 0, min(most, len(from)), rapid.ID[string]).Draw(t, label)
}

// drawDone draws which tasks an earlier run has committed.
func drawDone(t *rapid.T, actions []*planner.Action) map[task]bool {
	done := map[task]bool{}
	if !rapid.Bool().Draw(t, "resumed") {
		return done
	}
	for _, a := range actions {
		for part := range parts(a) {
			if rapid.Bool().Draw(t, "done") {
				done[task{a, part}] = true
			}
		}
	}
	return done
}

func TestCutKeepsTheRulesOfABatch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		actions := drawActions(t)
		done := drawDone(t, actions)
		seen := map[task]*step{}
		for _, s := range cut(actions, func(k task) bool { return done[k] }) {
			var bytes int64
			for _, k := range s.tasks {
				if seen[k] != nil || done[k] {
					t.Fatalf("%s part %d is done twice", k.action.Address, k.part)
				}
				seen[k] = s
				bytes += k.action.Estimate.Bytes
				if k.action.Stage != s.stage {
					t.Fatalf("%s is of stage %d, its step of stage %d", k.action.Address, k.action.Stage, s.stage)
				}
				if len(s.tasks) > 1 && s.stage == planner.StageData && (!batches(k.action) || parts(k.action) > 1 || class(k.action) != class(s.tasks[0].action)) {
					t.Fatalf("%s shares a step with %s", k.action.Address, s.tasks[0].action.Address)
				}
			}
			if s.stage != planner.StageRename && len(s.tasks) > batchActions {
				t.Fatalf("%d actions in one step", len(s.tasks))
			}
			if s.stage == planner.StageData && len(s.tasks) > 1 && bytes > batchBytes {
				t.Fatalf("%d bytes in one step", bytes)
			}
			inOrder(t, s)
		}
		renames := map[*step]bool{}
		for _, a := range actions {
			for part := range parts(a) {
				k := task{a, part}
				if !done[k] && seen[k] == nil {
					t.Fatalf("%s part %d is in no step", a.Address, part)
				}
				if seen[k] != nil && a.Stage == planner.StageRename {
					renames[seen[k]] = true
				}
			}
		}
		if len(renames) > 1 {
			t.Fatalf("the renames take %d transactions", len(renames))
		}
	})
}

// inOrder fails if a step does an action before another one in it that the first one needs, or one beside the other where the
// order within the step is not the plan's.
func inOrder(t *rapid.T, s *step) {
	before := map[string]bool{}
	all := map[string]bool{}
	for _, k := range s.tasks {
		all[k.action.Address] = true
	}
	for _, k := range s.tasks {
		for _, d := range k.action.DependsOn {
			if all[d] && !before[d] {
				t.Fatalf("%s stands before %s, which it needs", k.action.Address, d)
			}
			if all[d] && s.stage == planner.StageData {
				t.Fatalf("%s is in one batch with %s, which it needs", k.action.Address, d)
			}
		}
		before[k.action.Address] = true
	}
}

func TestSmallTablesShareSteps(t *testing.T) {
	t.Parallel()
	var actions []*planner.Action
	for i := range 2000 {
		name := fmt.Sprintf("t%04d", i)
		table := &planner.Action{Address: "table." + name, Kind: string(catalog.KindTable), Stage: planner.StageSchema}
		rows := &planner.Action{Address: "rows." + name, Kind: planner.ActionRows, Stage: planner.StageData, Copy: &planner.RowCopy{}, DependsOn: []string{table.Address}}
		key := &planner.Action{Address: "key." + name, Kind: string(catalog.KindPrimaryKey), Stage: planner.StageData, DependsOn: []string{rows.Address}}
		actions = append(actions, table, rows, key)
	}
	slices.SortStableFunc(actions, func(a, b *planner.Action) int { return int(a.Stage - b.Stage) })
	steps := cut(actions, func(task) bool { return false })
	if want := 3 * 2000 / batchActions; len(steps) != want {
		t.Errorf("%d steps, want %d", len(steps), want)
	}
	for _, s := range steps {
		if s.lane == laneIndex && s.needs != 1 {
			t.Errorf("a batch of keys waits for %d batches of rows, where one would do", s.needs)
		}
	}
}

func TestRenamesAreOneTransaction(t *testing.T) {
	t.Parallel()
	var actions []*planner.Action
	for i := range 2*batchActions + 1 {
		actions = append(actions, &planner.Action{Address: fmt.Sprint("rename.", i), Kind: planner.ActionRename, Stage: planner.StageRename})
	}
	if steps := cut(actions, func(task) bool { return false }); len(steps) != 1 {
		t.Errorf("%d transactions", len(steps))
	}
}
