package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"

	"github.com/google/renameio/v2"
)

// writeJSON prints a document of its own, indented for people who look at it.
func (a *app) writeJSON(v any) error {
	e := json.NewEncoder(a.stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// privateMode keeps plans and reports from others: they tell names of hosts, tables and columns.
const privateMode fs.FileMode = 0o600

// writeFile puts a whole file in its place, or none.
func writeFile(path string, data []byte) error {
	if err := renameio.WriteFile(path, data, privateMode); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}

// createFile writes a file that must not be there yet, and says whether it was not.
func createFile(path, text string) (bool, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if os.IsExist(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if _, err := f.WriteString(text); err != nil {
		_ = f.Close()
		return false, err
	}
	return true, f.Close()
}
