package main

import (
	"sync"

	"migrator/executor/report"
)

// lateSink makes its sink with the first event, after everything that is printed before a run.
type lateSink struct {
	app  *app
	json bool
	next string // see report.TextOptions; the one of apply when empty

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
			next = "Next: " + nextVerify
		}
		l.sink = report.NewText(l.app.stdout, report.TextOptions{Next: next})
	})
	l.sink.Send(e)
}
