package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// RunFiles runs the SQL files of a directory that match the pattern ("*.sql") in the order of
// their names, over one connection to url. Each file is one message of the simple protocol.
// The settings are set before the first one; files read them with current_setting.
func RunFiles(ctx context.Context, files fs.FS, pattern, url string, settings map[string]string) (err error) {
	if _, err := fs.ReadDir(files, "."); err != nil { // Glob would find nothing, and not say why
		return fmt.Errorf("listing SQL files: %w", err)
	}
	names, err := fs.Glob(files, pattern)
	if err != nil {
		return fmt.Errorf("listing SQL files: %w", err)
	}
	if len(names) == 0 {
		return fmt.Errorf("no file matches %s", pattern)
	}
	slices.Sort(names)
	conn, err := pgconn.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connecting to run SQL files: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		set := "SELECT set_config(" + quoteLiteral(name) + ", " + quoteLiteral(settings[name]) + ", false)"
		if _, err := conn.Exec(ctx, set).ReadAll(); err != nil {
			return fmt.Errorf("setting %s: %w", name, err)
		}
	}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
		if _, err := conn.Exec(ctx, string(text)).ReadAll(); err != nil {
			return &FileError{File: name, Line: errorLine(string(text), err), Err: err}
		}
	}
	return nil
}

// FileError is a statement of an SQL file that failed.
type FileError struct {
	File string
	// Line is where the server saw the mistake, 0 if it did not say.
	Line int
	Err  error
}

// Error names the file and the line, the way compilers do, and the server's words.
func (e *FileError) Error() string {
	text := e.Err.Error()
	var pg *pgconn.PgError
	if errors.As(e.Err, &pg) {
		for _, more := range []struct{ label, text string }{{"detail", pg.Detail}, {"hint", pg.Hint}, {"where", pg.Where}} {
			if more.text != "" {
				text += "; " + more.label + ": " + more.text
			}
		}
	}
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, text)
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, text)
}

// Unwrap returns the server's error.
func (e *FileError) Unwrap() error { return e.Err }

// errorLine turns the server's position, which counts characters from 1, into a line.
func errorLine(text string, err error) int {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || pg.Position <= 0 {
		return 0
	}
	before := []rune(text)
	before = before[:min(int(pg.Position)-1, len(before))]
	return 1 + strings.Count(string(before), "\n")
}

// quoteLiteral is for the few places where a parameter is not possible; standard_conforming_strings is on.
func quoteLiteral(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
