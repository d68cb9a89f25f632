package executor

import (
	"errors"
	"testing"
)

func TestErrorsCountInEnglish(t *testing.T) {
	broken := errors.New("broken")
	for _, c := range []struct {
		err  error
		want string
	}{
		{&IncompleteError{Failed: map[string]error{"rows.a": broken}, Left: 1}, "1 action failed: rows.a: broken"},
		{
			&IncompleteError{Failed: map[string]error{"rows.a": broken}, Left: 2},
			"1 action failed: rows.a: broken; 1 more action is not done, because of that or because a later stage did not begin",
		},
		{
			&IncompleteError{Failed: map[string]error{"rows.a": broken, "rows.b": broken}, Left: 5},
			"2 actions failed, the first: rows.a: broken; 3 more actions are not done, because of that or because a later stage did not begin",
		},
		{&InterruptedError{Done: 1204, Total: 2000}, "interrupted after 1,204 of 2,000 actions"},
		{&NotCompleteError{Missing: []string{"rows.a"}}, "the migration is not complete: 1 action is missing"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("%s\nwant %s", got, c.want)
		}
	}
}
