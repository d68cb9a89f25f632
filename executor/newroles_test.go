package executor_test

import (
	"context"
	"fmt"
	"testing"

	"migrator/executor"
)

// TestRolesAreMade moves a database to a server that has neither the database nor the roles, by a role that is no superuser.
func TestRolesAreMade(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	s.load(`CREATE ROLE made_group; CREATE ROLE made_owner LOGIN; GRANT made_group TO made_owner; CREATE SCHEMA owned AUTHORIZATION made_owner;
		CREATE TABLE owned.t AS SELECT generate_series(1, 10) AS id; ALTER TABLE owned.t OWNER TO made_owner; GRANT SELECT ON owned.t TO made_group;
		CREATE MATERIALIZED VIEW owned.m AS SELECT count(*) FROM owned.t; ALTER MATERIALIZED VIEW owned.m OWNER TO made_owner`)
	s.exec(s.dst, "postgres", `CREATE ROLE made_mover LOGIN CREATEROLE CREATEDB PASSWORD 'moves'; CREATE ROLE made_unrelated`)
	fresh := s.dstDB + "_new"
	t.Cleanup(func() {
		if err := s.dst.DropDatabase(context.WithoutCancel(t.Context()), fresh); err != nil {
			t.Log(err)
		}
	})
	s.configure(s.src.URL(s.srcDB), s.dst.URL(fresh), "roles = \"create\"\nselect {\n  include = [\"owned.*\"]\n  skip = [\"large_object\"]\n}\n")
	s.cfg.Destination.User, s.cfg.Destination.CreateDatabase = "made_mover", true
	s.cfg.Destination.Password = "moves"
	s.dstDB = fresh
	s.apply()
	const owners = `SELECT string_agg(relname || ' ' || relowner::regrole || coalesce(relacl::text, ''), ', ' ORDER BY relname)
		|| (SELECT count(*) FROM owned.t) || (SELECT count FROM owned.m) || pg_has_role('made_owner', 'made_group', 'MEMBER') FROM pg_class WHERE relnamespace = 'owned'::regnamespace`
	if want, have := s.value(s.src, s.srcDB, owners), s.value(s.dst, fresh, owners); want != have {
		t.Errorf("the source has %s, the destination %s", want, have)
	}
	v, err := executor.Verify(t.Context(), executor.VerifyOptions{Config: s.cfg, Version: "test", Sink: s.events, Mode: "full"})
	if err != nil || !v.Equal {
		t.Error(fmt.Sprintf("%+v", v), err)
	}
	if r := s.apply0(); !r.Nothing {
		t.Error("a second run found something to do")
	}
}
