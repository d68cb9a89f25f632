package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLongLinesAreCut shows what stands around the place, and no megabytes.
func TestLongLinesAreCut(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", 1<<20)
	for name, test := range map[string]struct{ line, place, want string }{
		"at the beginning": {`nonsense = "` + long + `"`, "nonsense", `nonsense = "ää`},
		"in the middle":    {`locals { a = "` + long + `${nothing.here}` + long + `" }`, "nothing", `ä${nothing.here}ä`},
		"at the end":       {`locals { a = "` + long + `${nothing.here}" }`, "nothing", `ä${nothing.here}" }`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "main.hcl"), []byte(test.line+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			_, diags := Load(dir, Options{})
			for _, d := range diags {
				if d.Range == nil || d.Snippet == nil || !strings.Contains(d.Snippet.Code, test.want) {
					continue
				}
				s := d.Snippet
				if at := s.Code[s.HighlightStart:s.HighlightEnd]; len(s.Code) > maxLine+len("……") || !strings.HasPrefix(at, test.place) || strings.ToValidUTF8(s.Code, "") != s.Code {
					t.Errorf("%d bytes, the place is %q", len(s.Code), at)
				}
				return
			}
			t.Errorf("no diagnostic shows %q: %.2000s", test.want, errorText(diags))
		})
	}
}
