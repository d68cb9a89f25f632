package executor

import (
	"context"
	"sort"
	"sync"

	"migrator/planner"
)

// schedule hands steps to workers: a step when those it needs are finished, every step of the stages before is, and no running
// step locks what it locks; among several the longest first.
type schedule struct {
	mu      sync.Mutex
	wake    *sync.Cond
	ready   [laneCount][]*step
	waiting map[planner.Stage][]*step // ready but for the stage
	left    map[planner.Stage]int     // steps that are not finished
	running map[*step]bool
	total   int
	// last is the last stage that may begin: all of them, until an action fails. Then those after StageData do not, but the
	// rest of the failed action's own stage is still done.
	last    planner.Stage
	stopped bool
}

func newSchedule(steps []*step) *schedule {
	s := &schedule{
		waiting: map[planner.Stage][]*step{}, left: map[planner.Stage]int{}, running: map[*step]bool{}, total: len(steps),
		last: planner.StageLast,
	}
	s.wake = sync.NewCond(&s.mu)
	for _, st := range steps {
		s.left[st.stage]++
	}
	for _, st := range steps {
		if st.needs == 0 {
			s.offer(st)
		}
	}
	return s
}

// offer puts a step whose needs are met where a worker finds it. The caller holds mu, or nobody else has s yet.
func (s *schedule) offer(st *step) {
	if !s.open(st.stage) {
		s.waiting[st.stage] = append(s.waiting[st.stage], st)
		return
	}
	lane := s.ready[st.lane]
	at := sort.Search(len(lane), func(i int) bool {
		if lane[i].bytes != st.bytes {
			return lane[i].bytes < st.bytes
		}
		return lane[i].id > st.id
	})
	lane = append(lane, nil)
	copy(lane[at+1:], lane[at:])
	lane[at] = st
	s.ready[st.lane] = lane
}

// open says whether every earlier stage is finished.
func (s *schedule) open(stage planner.Stage) bool {
	for earlier := planner.StageSchema; earlier < stage; earlier++ {
		if s.left[earlier] > 0 {
			return false
		}
	}
	return stage <= s.last
}

// next waits for a step of the lane; nil means there will be none.
func (s *schedule) next(l lane) *step {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if s.stopped || s.total == 0 {
			return nil
		}
		for i, st := range s.ready[l] {
			if s.free(st) {
				s.ready[l] = append(s.ready[l][:i:i], s.ready[l][i+1:]...)
				s.running[st] = true
				return st
			}
		}
		if len(s.running) == 0 && s.stuck() {
			return nil
		}
		s.wake.Wait()
	}
}

// stuck says that nothing is ready in any lane: what is left waits for what failed.
func (s *schedule) stuck() bool {
	for _, lane := range s.ready {
		if len(lane) > 0 {
			return false
		}
	}
	return true
}

func (s *schedule) free(st *step) bool {
	for r := range s.running {
		if st.conflicts(r) {
			return false
		}
	}
	return true
}

// finish tells that a step is over; failed that some of its actions could not be done.
func (s *schedule) finish(st *step, failed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.running, st)
	if failed {
		s.last = min(s.last, max(planner.StageData, st.stage))
	}
	s.left[st.stage]--
	s.total--
	for _, d := range st.dependents {
		if d.needs--; d.needs == 0 {
			s.offer(d)
		}
	}
	for stage := planner.StageSchema; stage <= planner.StageLast; stage++ {
		if s.open(stage) && len(s.waiting[stage]) > 0 {
			some := s.waiting[stage]
			s.waiting[stage] = nil
			for _, w := range some {
				s.offer(w)
			}
		}
	}
	s.wake.Broadcast()
}

// stop lets every worker that asks go home, when ctx ends.
func (s *schedule) stop(ctx context.Context) (cancel func() bool) {
	return context.AfterFunc(ctx, func() {
		s.mu.Lock()
		s.stopped = true
		s.mu.Unlock()
		s.wake.Broadcast()
	})
}
