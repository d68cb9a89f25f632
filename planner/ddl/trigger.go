package ddl

import (
	"fmt"
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// states are the words for pg_trigger.tgenabled and pg_rewrite.ev_enabled.
var states = map[string]string{"O": "ENABLE", "D": "DISABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}

func createTrigger(t *catalog.Trigger) ([]string, error) {
	state, err := setState(&t.Item, "TRIGGER", t.Enabled)
	switch {
	case err != nil:
		return nil, err
	case t.Clone:
		return []string{state}, nil // the trigger came with its parent's
	case t.Enabled == "O":
		return []string{t.Definition}, nil
	}
	return []string{t.Definition, state}, nil
}

func createRule(r *catalog.Rule) ([]string, error) {
	state, err := setState(&r.Item, "RULE", r.Enabled)
	switch {
	case err != nil:
		return nil, err
	case r.Enabled == "O":
		return []string{r.Definition}, nil
	}
	return []string{r.Definition, state}, nil
}

// SetTriggerState enables or disables the trigger of a table alone, not of its partitions, by a word of pg_trigger.tgenabled.
func SetTriggerState(table catalog.Name, trigger, state string) string {
	return "ALTER TABLE ONLY " + postgres.QuoteIdent(table.Schema, table.Name) + " " + states[state] + " TRIGGER " + postgres.QuoteIdent(trigger)
}

// SetRuleState enables or disables a rule by a word of pg_rewrite.ev_enabled.
func SetRuleState(table catalog.Name, rule, state string) string {
	return "ALTER TABLE " + postgres.QuoteIdent(table.Schema, table.Name) + " " + states[state] + " RULE " + postgres.QuoteIdent(rule)
}

func setState(i *catalog.Item, kind, state string) (string, error) {
	word, ok := states[state]
	if !ok {
		return "", fmt.Errorf("unknown state %q", state)
	}
	return "ALTER TABLE " + onTable(i) + " " + word + " " + kind + " " + postgres.QuoteIdent(i.Name), nil
}

// commands are the words for pg_policy.polcmd.
var commands = map[string]string{"*": "ALL", "r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE"}

func createPolicy(p *catalog.Policy) ([]string, error) {
	command, ok := commands[p.Command]
	if !ok {
		return nil, fmt.Errorf("unknown command %q", p.Command)
	}
	sql := "CREATE " + target(p)
	if !p.Permissive {
		sql += " AS RESTRICTIVE"
	}
	if p.Command != "*" {
		sql += " FOR " + command
	}
	if len(p.Roles) > 0 {
		roles := make([]string, len(p.Roles))
		for i, r := range p.Roles {
			roles[i] = postgres.QuoteIdent(r)
		}
		sql += " TO " + strings.Join(roles, ", ")
	}
	if p.Using != "" {
		sql += " USING (" + p.Using + ")"
	}
	if p.Check != "" {
		sql += " WITH CHECK (" + p.Check + ")"
	}
	return []string{sql}, nil
}
