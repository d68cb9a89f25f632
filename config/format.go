package config

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/rogpeppe/go-internal/diff"
)

// Format gives HCL its canonical spacing. It changes nothing but white space.
func Format(src []byte) []byte { return hclwrite.Format(src) }

// Formatted is a file with its canonical form.
type Formatted struct {
	Path          string
	Before, After []byte
}

// Changed tells whether the file is not in its canonical form.
func (f Formatted) Changed() bool { return !bytes.Equal(f.Before, f.After) }

// Diff is what formatting changes, as a unified diff; empty when nothing.
func (f Formatted) Diff() []byte { return diff.Diff(f.Path+".orig", f.Before, f.Path, f.After) }

// Write puts the canonical form in the file's place, with its permissions, and through a symbolic link.
func (f Formatted) Write() error {
	info, err := os.Stat(f.Path)
	if err != nil {
		return fmt.Errorf("formatting: %w", err)
	}
	if err := os.WriteFile(f.Path, f.After, info.Mode().Perm()); err != nil {
		return fmt.Errorf("formatting: %w", err)
	}
	return nil
}

// FormatDir formats, without writing them, the *.hcl and *.vars files of a directory, in
// the order of their paths; with recursive, of those below it too, except hidden ones.
// Files with syntax errors are left out and reported.
func FormatDir(dir string, recursive bool) ([]Formatted, Diagnostics) {
	names, err := formattable(dir, recursive)
	if err != nil {
		return nil, Diagnostics{{Severity: SeverityError, Summary: "Cannot read " + dir, Detail: sentence(plainPathError(err))}}
	}
	var all []Formatted
	var diags Diagnostics
	for _, name := range names {
		s, found := parse(name)
		if found.HasErrors() {
			var sources []*source
			if s != nil {
				s.vars = strings.HasSuffix(name, ".vars")
				sources = append(sources, s)
			}
			// No variables are known here, so any value in a file of values may be a secret.
			diags = append(diags, publish(found, sources, func(s *source, name string) bool { return s.vars || isSecretName(name) }, nil)...)
			continue
		}
		all = append(all, Formatted{Path: name, Before: s.file.Bytes, After: Format(s.file.Bytes)})
	}
	return all, diags
}

func formattable(dir string, recursive bool) ([]string, error) {
	if !recursive {
		return list(dir, ".hcl", ".vars")
	}
	var names []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !e.IsDir() {
			return nil
		}
		if path != dir && strings.HasPrefix(e.Name(), ".") {
			return fs.SkipDir
		}
		found, err := list(path, ".hcl", ".vars")
		names = append(names, found...)
		return err
	})
	return names, err
}
