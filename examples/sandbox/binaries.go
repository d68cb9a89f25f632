package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// BinEnv is the environment variable that names the directory of the server's programs.
const BinEnv = "MIGRATOR_PG_BIN"

// ErrNoServer is returned when no PostgreSQL server is installed.
var ErrNoServer = errors.New("no PostgreSQL server programs (initdb, postgres) found: " +
	"install them (Debian, Ubuntu: apt-get install postgresql; Fedora: dnf install postgresql-server; " +
	"macOS: brew install postgresql) or set " + BinEnv + " to their directory")

// installed are the places where packages put servers that are not on the PATH.
var installed = []string{
	"/usr/lib/postgresql/*/bin",
	"/usr/pgsql-*/bin",
	"/opt/homebrew/opt/postgresql*/bin",
	"/usr/local/opt/postgresql*/bin",
}

// FindBinaries returns the directory of initdb and postgres: dir if it is given, else the one
// named by MIGRATOR_PG_BIN, on the PATH, told by pg_config, or the newest installed by a package.
// A directory that was asked for but has no server is an error; it is never replaced by another.
func FindBinaries(dir string) (string, error) {
	for _, asked := range []struct{ from, dir string }{{"the options", dir}, {BinEnv, os.Getenv(BinEnv)}} {
		if asked.dir == "" {
			continue
		}
		if !hasServer(asked.dir) {
			return "", fmt.Errorf("the directory %s (from %s) has no initdb and postgres", asked.dir, asked.from)
		}
		return asked.dir, nil
	}
	for _, dir := range candidates() {
		if hasServer(dir) {
			return dir, nil
		}
	}
	return "", ErrNoServer
}

// candidates lists directories to look at, the best first.
func candidates() []string {
	var dirs []string
	if path, err := exec.LookPath("initdb"); err == nil {
		// Debian and Homebrew put links into /usr/bin or /bin; the other programs are beside the target.
		if target, err := filepath.EvalSymlinks(path); err == nil {
			path = target
		}
		dirs = append(dirs, filepath.Dir(path))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	for _, pattern := range installed {
		found, err := filepath.Glob(pattern)
		if err != nil {
			continue
		}
		slices.SortFunc(found, func(a, b string) int { return versionIn(b) - versionIn(a) })
		dirs = append(dirs, found...)
	}
	return dirs
}

var digits = regexp.MustCompile(`[0-9]+`)

// versionIn is the major version in a path like /usr/lib/postgresql/15/bin, and 0 without one.
func versionIn(path string) int {
	n, err := strconv.Atoi(digits.FindString(path))
	if err != nil {
		return 0
	}
	return n
}

// hasServer tells whether dir has the two programs that everything here needs.
func hasServer(dir string) bool {
	for _, name := range []string{"initdb", "postgres"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
			return false
		}
	}
	return true
}
