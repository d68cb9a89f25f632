package main

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"migrator/examples/sandbox/sandboxtest"
)

var update = flag.Bool("update", false, "write what commands print into the scripts that compare it")

// TestMain is the program itself when the test binary is called by the program's name, as the scripts do.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == programName {
		os.Exit(program())
	}
	sandboxtest.Main(m)
}
