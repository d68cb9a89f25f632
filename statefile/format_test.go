package statefile_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"migrator/statefile"
)

func encoded(tb testing.TB, state *statefile.State) string {
	tb.Helper()
	text, err := statefile.Encode(state)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

func TestEveryTruncationIsNoticed(t *testing.T) {
	text := strings.TrimSpace(encoded(t, sample()))
	for n := range len(text) {
		_, err := statefile.Decode("s.json", []byte(text[:n]))
		damaged, ok := errors.AsType[*statefile.DamagedError](err)
		if !ok {
			t.Fatalf("cut after %d bytes: got %v, want a DamagedError", n, err)
		}
		if n > 0 && damaged.Line == 0 {
			t.Fatalf("cut after %d bytes: no position in %v", n, err)
		}
	}
}

func TestEveryEditIsNoticed(t *testing.T) {
	text := encoded(t, sample())
	for old, edited := range map[string]string{
		`"status": "running"`:       `"status": "complete"`,
		`"rows": 10`:                `"rows": 11`,
		`9007199254740993`:          `9007199254740992`, // the same number as a float64
		`"total": 3`:                `"total": 3, "released_by": "me"`,
		`"ledger_schema": "migrato`: `"ledger_schema": "Migrato`,
	} {
		changed := strings.Replace(text, old, edited, 1)
		if changed == text {
			t.Fatalf("the sample has no %s", old)
		}
		_, err := statefile.Decode("s.json", []byte(changed))
		if _, ok := errors.AsType[*statefile.DamagedError](err); !ok {
			t.Errorf("%s edited to %s: got %v, want a DamagedError", old, edited, err)
		}
	}
	// White space is not content: a formatter that ran over the repository does no harm.
	compact := regexp.MustCompile(`\n\s*`).ReplaceAllString(text, "")
	if _, err := statefile.Decode("s.json", []byte(compact)); err != nil {
		t.Errorf("reformatted: %v", err)
	}
}

func TestDamageHasAPosition(t *testing.T) {
	_, err := statefile.Decode("s.json", []byte("{\n  \"format_version\": 1,\n  \"serial\" 4\n}\n"))
	want := `s.json:3:12: the state file is damaged: `
	if err == nil || !strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), "migrator state pull") {
		t.Errorf("got %v, want something that starts with %q and says what to do", err, want)
	}
	_, err = statefile.Decode("s.json", nil)
	if err == nil || !strings.Contains(err.Error(), "it is empty") {
		t.Errorf("an empty file: got %v", err)
	}
	for _, text := range []string{`{}`, `[]`, `null`, `{"format_version":"x"}`, `{"format_version":1}`, `{"format_version":1,"started_at":"now"}`} {
		_, err := statefile.Decode("s.json", []byte(text))
		if _, ok := errors.AsType[*statefile.DamagedError](err); !ok {
			t.Errorf("%s: got %v, want a DamagedError", text, err)
		}
	}
}

func TestNewerVersion(t *testing.T) {
	_, err := statefile.Decode("s.json", []byte(`{"format_version": 99, "tool_version": "9.1.0", "done": "in another form"}`))
	newer, ok := errors.AsType[*statefile.NewerVersionError](err)
	if !ok || newer.Version != 99 || newer.ToolVersion != "9.1.0" {
		t.Fatalf("got %v, want a NewerVersionError", err)
	}
	want := "s.json: state format 99 needs migrator 9.1.0 or later, which wrote it; this release reads formats up to 1"
	if err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(encoded(f, sample())))
	f.Add([]byte(encoded(f, &statefile.State{})))
	f.Add([]byte(`{"format_version":2}`))
	f.Add([]byte(`{"format_version":1,"checksum":"sha256:00"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		// Most inputs fail at the checksum; what decodes must survive another round.
		state, err := statefile.Decode("fuzz", text)
		if err != nil {
			_, isDamaged := errors.AsType[*statefile.DamagedError](err)
			_, isNewer := errors.AsType[*statefile.NewerVersionError](err)
			if !isDamaged && !isNewer {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		again, err := statefile.Decode("fuzz", []byte(encoded(t, state)))
		if err != nil {
			t.Fatalf("what was decoded cannot be written and read again: %v", err)
		}
		if diff := cmp.Diff(state, again); diff != "" {
			t.Fatalf("a round trip changed the state:\n%s", diff)
		}
	})
}

func FuzzRoundTrip(f *testing.F) {
	f.Add("rows.public.orders", "1.0.0", "failed", int64(1), 5)
	f.Add("table.\x00", "<>&\u2028", "", int64(-1), 0)
	f.Fuzz(func(t *testing.T, address, tool, failure string, number int64, total int) {
		if !utf8.ValidString(address) || !utf8.ValidString(tool) || !utf8.ValidString(failure) {
			t.Skip("servers are talked to in UTF-8")
		}
		state := &statefile.State{
			ToolVersion: tool, Serial: number, Fence: number, Total: total,
			Done:     map[string]statefile.Done{address: {Rows: number}},
			Failures: map[string]string{address: failure},
		}
		text := encoded(t, state)
		got, err := statefile.Decode("fuzz", []byte(text))
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		if encoded(t, got) != text {
			t.Fatalf("a round trip changed\n%s", text)
		}
	})
}
