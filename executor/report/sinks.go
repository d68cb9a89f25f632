package report

import (
	"errors"
	"slices"
)

// Tee sends every event to each of sinks, in their order. A nil sink is left out.
func Tee(sinks ...Sink) Sink {
	t := make(tee, 0, len(sinks))
	for _, s := range sinks {
		if s != nil {
			t = append(t, s)
		}
	}
	return t
}

type tee []Sink

func (t tee) Send(e Event) {
	for _, s := range t {
		s.Send(e)
	}
}

// Redacting passes events on to sink with every text in them put through redact, which takes secrets out.
// It is a wrapper and no duty of each sink, so that no sink can forget it.
func Redacting(sink Sink, redact func(string) string) Sink {
	return redacting{sink: sink, redact: redact}
}

type redacting struct {
	sink   Sink
	redact func(string) string
}

func (r redacting) Send(e Event) {
	e.Message = r.redact(e.Message)
	e.Address = r.redact(e.Address)
	e.Details = slices.Clone(e.Details)
	for i, d := range e.Details {
		e.Details[i] = r.redact(d)
	}
	if e.Err != nil {
		// The new error has no Unwrap: a sink that looked inside would find the secret again.
		e.Err = errors.New(r.redact(e.Err.Error()))
	}
	r.sink.Send(e)
}
