package planner

import (
	"slices"
	"testing"
)

func TestMentions(t *testing.T) {
	t.Parallel()
	m := newMentions(map[string]bool{"orders": true, "Email": true, "two words": true, "id": true})
	for text, want := range map[string][]string{
		`SELECT ID FROM shop.Orders`:           {"id", "orders"},
		`SELECT "Email", tbl_orders, orders2`:  {"Email"},
		`SELECT email FROM "two words"`:        {"two words"},
		`PERFORM format('%I', 'orders') || id`: {"id", "orders"},
		`SELECT order_id, ids, "EMAIL"`:        {},
		"":                                     {},
	} {
		if got := m.in(text); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
