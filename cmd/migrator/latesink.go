package main

import (
	"sync"

	"migrator/executor/report"
	"migrator/planner"
)

// lateSink makes its sink with the first event: only then the plan is known that tells it what is big.
type lateSink struct {
	app  *app
	json bool
	next string // see report.TextOptions; the one of apply when empty
	plan *planner.Plan

	once sync.Once
	sink report.Sink
}

// Send passes the event on.
func (l *lateSink) Send(e report.Event) {
	l.once.Do(func() {
		if l.json {
			l.sink = report.NewJSON(l.app.stdout)
			return
		}
		next := l.next
		if next == "" {
			next = nextAfterApply
		}
		l.sink = report.NewText(l.app.stdout, report.TextOptions{Plan: l.plan, Next: next})
	})
	l.sink.Send(e)
}
