// Package sandboxtest gives tests real PostgreSQL servers and empty databases on them.
//
// The servers are started when the first test asks, a source and a destination at the same
// time, and serve all tests of the package. A package that uses them says
//
//	func TestMain(m *testing.M) { sandboxtest.Main(m) }
package sandboxtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	"migrator/examples/sandbox"
	"migrator/examples/shop"
)

// Environment variables that name the directories of the programs of the two servers of a
// Pair, for tests between versions. Without them both are what sandbox.FindBinaries finds.
const (
	SourceBinEnv      = "MIGRATOR_PG_SOURCE_BIN"
	DestinationBinEnv = "MIGRATOR_PG_DESTINATION_BIN"
)

// cleanupTimeout bounds what is done after a test, when its own context has already ended.
const cleanupTimeout = time.Minute

// pair is the one pair of servers of a test process.
var pair struct {
	sync.Mutex
	src, dst *sandbox.Server
	err      error
}

var databases atomic.Int64

// Main runs the tests of a package, stops the shared servers, looks for goroutines that
// outlived the tests, and exits.
func Main(m *testing.M, options ...goleak.Option) {
	code := m.Run()
	if err := stop(); err != nil {
		fmt.Fprintln(os.Stderr, "sandboxtest: stopping the servers:", err)
		code = max(code, 1)
	}
	if code == 0 {
		if err := goleak.Find(options...); err != nil {
			fmt.Fprintln(os.Stderr, "sandboxtest:", err)
			code = 1
		}
	}
	os.Exit(code)
}

// IgnoreServers makes goleak, used in a single test, overlook what belongs to the shared servers.
func IgnoreServers() goleak.Option {
	return goleak.IgnoreAnyFunction("migrator/examples/sandbox.(*process).reap")
}

// Pair returns the two servers that the package's tests share. Tests must not stop or
// restart them: a test that wants to do that starts a server of its own.
func Pair(tb testing.TB) (src, dst *sandbox.Server) {
	tb.Helper()
	pair.Lock()
	defer pair.Unlock()
	if pair.src == nil && pair.err == nil {
		pair.src, pair.dst, pair.err = start()
	}
	if errors.Is(pair.err, sandbox.ErrNoServer) {
		tb.Skip(pair.err)
	}
	if pair.err != nil {
		tb.Fatal(pair.err)
	}
	return pair.src, pair.dst
}

// start starts both servers. They live as long as the process, hence the context of their own.
func start() (src, dst *sandbox.Server, err error) {
	var group errgroup.Group
	for _, one := range []struct {
		server **sandbox.Server
		env    string
	}{{&src, SourceBinEnv}, {&dst, DestinationBinEnv}} {
		group.Go(func() (err error) {
			*one.server, err = sandbox.Start(context.Background(), sandbox.Options{BinDir: os.Getenv(one.env)})
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, nil, errors.Join(err, stopAll(src, dst))
	}
	return src, dst, nil
}

func stop() error {
	pair.Lock()
	defer pair.Unlock()
	err := stopAll(pair.src, pair.dst)
	pair.src, pair.dst = nil, nil
	return err
}

func stopAll(servers ...*sandbox.Server) error {
	var errs []error
	for _, server := range servers {
		if server != nil {
			errs = append(errs, server.Stop())
		}
	}
	return errors.Join(errs...)
}

// Database makes an empty database on a server and returns its name, which is unique and
// tells the test's. It is dropped when the test is over, whoever is still connected to it.
func Database(tb testing.TB, server *sandbox.Server) string {
	tb.Helper()
	name := fmt.Sprintf("%s_%d", plainName(tb.Name()), databases.Add(1))
	if err := server.CreateDatabase(tb.Context(), name, "TEMPLATE template0"); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), cleanupTimeout)
		defer cancel()
		// A test that stops the server it made is free to do so before this runs.
		if err := server.DropDatabase(ctx, name); err != nil && server.Running() {
			tb.Errorf("dropping the test's database: %v", err)
		}
	})
	return name
}

// plainName keeps of a test's name what needs no quoting, cut so that a number still fits into 63 bytes.
func plainName(name string) string {
	name = strings.Map(func(r rune) rune {
		if (r >= 'a' && r <= 'z') || (r >= '0' && r <= '9') {
			return r
		}
		return '_'
	}, strings.ToLower(name))
	return name[:min(len(name), 45)]
}

// Databases makes an empty database on each server of the Pair and returns their connection strings.
func Databases(tb testing.TB) (srcURL, dstURL string) {
	tb.Helper()
	src, dst := Pair(tb)
	return src.URL(Database(tb, src)), dst.URL(Database(tb, dst))
}

// LoadShop fills a database with the example shop, see package shop. A scale of 0.01 is
// enough for tests that want every kind of object and some rows in every table.
func LoadShop(tb testing.TB, url string, scale float64) {
	tb.Helper()
	if err := shop.Load(tb.Context(), url, scale); err != nil {
		tb.Fatal(err)
	}
}

// ShopRoles makes the roles that the example shop needs on the server behind url.
func ShopRoles(tb testing.TB, url string) {
	tb.Helper()
	if err := shop.Roles(tb.Context(), url); err != nil {
		tb.Fatal(err)
	}
}
