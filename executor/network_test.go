package executor_test

import (
	"testing"

	"migrator/executor/report"
)

// proxied is a scene whose sides are reached through proxies.
func proxied(t *testing.T, which own) (s *scene, src, dst *proxy) {
	t.Helper()
	s = newScene(t, which)
	src, srcURL := newProxy(t, s.src.URL(s.srcDB))
	dst, dstURL := newProxy(t, s.dst.URL(s.dstDB))
	s.configure(srcURL, dstURL, "")
	return s, src, dst
}

func TestEveryConnectionReset(t *testing.T) {
	t.Parallel()
	for _, side := range []string{"source", "destination", "both"} {
		t.Run(side, func(t *testing.T) {
			t.Parallel()
			s, src, dst := proxied(t, ownNone)
			k := s.shut(doorRows)
			done := s.start(t.Context())
			k.await(doorRows)
			if side != "destination" {
				src.reset(0, false)
			}
			if side != "source" {
				dst.reset(0, false)
			}
			k.open()
			s.succeeded(done)
			s.arrived()
		})
	}
}

// TestClientCutOff cuts off one worker without telling the server, which goes on with what it was sent. The answer to the COMMIT is lost, and
// the worker finds out that it took place, or does it again if it did not.
func TestClientCutOff(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		door    int
		address string
		again   bool
	}{
		"index": {doorIndex, "index.public.orders.orders_door", false},
		"view":  {doorView, "refresh.materialized_view.public.totals", false},
		"rows":  {doorFirst, "rows.public.customers", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _, dst := proxied(t, ownNone)
			k := s.shut(c.door)
			done := s.start(t.Context())
			pid := k.await(c.door)
			dst.resetBackend(s, pid, true)
			s.eventually("the run has noticed", func() bool { return len(s.events.of(report.Retrying)) > 0 })
			before := s.value(s.dst, s.dstDB, `SELECT count(*) FROM migrator_ledger.done WHERE address = '`+c.address+`'`)
			k.open()
			s.succeeded(done)
			if before != "0" {
				t.Errorf("%s was committed before the door was opened", c.address)
			}
			if n := s.value(s.dst, s.dstDB, `SELECT fence FROM migrator_ledger.run`); n != "2" {
				t.Errorf("the fence is %s: a session of one worker has cost the whole run", n)
			}
			s.arrived()
		})
	}
}

// TestNothingArrives lets what both sides send vanish, and no connection be closed: that the destination's lock is pinged is how it is noticed.
func TestNothingArrives(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute until the lock is given up")
	}
	t.Parallel()
	// A session whose client does not read holds up who drops a database on the same server.
	s, src, dst := proxied(t, ownSource|ownDestination)
	k := s.shut(doorRows)
	done := s.start(t.Context())
	k.await(doorRows)
	src.freeze()
	dst.freeze()
	k.open()
	s.succeeded(done)
	// Old sessions that hold no locks end when the network says so.
	src.reset(0, false)
	dst.reset(0, false)
	s.arrived()
}
