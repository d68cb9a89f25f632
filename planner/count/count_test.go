package count

import "testing"

func TestOf(t *testing.T) {
	for want, got := range map[string]string{
		"0 actions": Of(0, "action"), "1 action": Of(1, "action"), "2 actions": Of(2, "action"), "1,204 rows": Of(int64(1204), "row"),
		"1 action is": Are(1, "action"), "12 actions are": Are(12, "action"),
		"2 addresses": Of(2, "address"), "2 indexes": Of(2, "index"), "2 policies": Of(2, "policy"), "2 foreign keys": Of(2, "foreign key"),
		"2 privileges": Of(2, "privileges"), "1 row security": Of(1, "row security"), "3 unique constraints": Of(3, "unique"),
	} {
		if got != want {
			t.Errorf("%q instead of %q", got, want)
		}
	}
}
