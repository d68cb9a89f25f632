package main

import (
	"sync"

	"migrator/executor/report"
)

// lateSink makes its sink with the first event, after everything that is printed before a run.
type lateSink struct {
	app  *app
	json bool

	once sync.Once
	sink report.Sink
	// terminal is sink when it is one, which has to be closed.
	terminal *report.Terminal
}

// Send passes the event on.
func (l *lateSink) Send(e report.Event) {
	l.once.Do(func() {
		if l.json {
			l.sink = report.NewJSON(l.app.stdout)
			return
		}
		next := "Next: " + nextVerify
		if l.app.interactive() {
			l.terminal = report.NewTerminal(l.app.stdout, report.TextOptions{Next: next})
			l.sink = l.terminal
			return
		}
		l.sink = report.NewText(l.app.stdout, report.TextOptions{Next: next})
	})
	l.sink.Send(e)
}

// close takes what moves off a terminal, so that what is printed next has it for itself.
func (l *lateSink) close() {
	if l.terminal != nil {
		l.terminal.Close()
	}
}
