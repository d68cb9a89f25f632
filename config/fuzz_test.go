package config

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// FuzzLoad feeds any text as the only file of a configuration. Nothing may panic or hang, a
// configuration and an error exclude each other, and its password is in no output.
func FuzzLoad(f *testing.F) {
	names, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		var all []byte
		for _, file := range archive.Files {
			if strings.HasSuffix(file.Name, ".hcl") {
				all = append(all, file.Data...)
			}
		}
		f.Add(all)
	}
	f.Add([]byte(Starter()))
	f.Fuzz(func(t *testing.T, src []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "main.hcl"), src, 0o600); err != nil {
			t.Fatal(err)
		}
		c, diags := Load(dir, Options{Vars: []string{"secret=zq9Xsecret"}, Environ: []string{"SOURCE_PASSWORD=zq9Xsecret"}})
		if (c == nil) != diags.HasErrors() {
			t.Errorf("configuration %v with %s", c, printed(t, dir, diags))
		}
		var b bytes.Buffer
		if err := WriteDiagnostics(&b, diags, 80, true); err != nil {
			t.Fatal(err)
		}
		b.Write(mustJSON(t, diags))
		if strings.Contains(b.String(), "zq9Xsecret") && bytes.Contains(src, []byte("sensitive")) && !bytes.Contains(src, []byte("nonsensitive")) && !bytes.Contains(src, []byte("zq9X")) {
			t.Errorf("a secret is shown: %s", b.String())
		}
		if c != nil {
			c.Public()
		}
		Format(src)
	})
}
