package executor_test

import (
	"testing"

	"migrator/examples/sandbox"
)

// TestNewDatabaseTakesItsLocaleFromLibc creates a database on a server whose own come from ICU.
func TestNewDatabaseTakesItsLocaleFromLibc(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	server, err := sandbox.Start(t.Context(), sandbox.Options{InitdbArgs: []string{"--locale-provider=icu", "--icu-locale=en-US"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	s.dst, s.dstDB = server, "brand_new"
	s.load("CREATE TABLE words (t text) PARTITION BY RANGE (t); CREATE TABLE low PARTITION OF words FOR VALUES FROM ('a') TO ('m'); INSERT INTO words VALUES ('b')")
	s.configure(s.src.URL(s.srcDB), s.dst.URL(s.dstDB), "")
	s.cfg.Destination.CreateDatabase = true
	s.apply()
	const locale = `SELECT datlocprovider::text || ' ' || datcollate FROM pg_database WHERE datname = current_database()`
	if want, have := s.value(s.src, s.srcDB, locale), s.value(s.dst, s.dstDB, locale); want != have {
		t.Errorf("%s became %s", want, have)
	}
}
