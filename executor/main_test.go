package executor_test

import (
	"testing"

	"migrator/examples/sandbox/sandboxtest"
)

func TestMain(m *testing.M) { sandboxtest.Main(m) }
