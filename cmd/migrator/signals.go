package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// interruptedError is the cause of a context that was cancelled by Ctrl-C or SIGTERM. Whoever asks for context.Canceled finds it.
type interruptedError struct{ signal os.Signal }

func (e *interruptedError) Error() string        { return "stopped by the signal " + e.signal.String() }
func (e *interruptedError) Is(target error) bool { return target == context.Canceled }

// signals returns a context that the first SIGINT or SIGTERM cancels. The second ends the process at once: killing it at any point is as safe.
func signals(parent context.Context, stderr io.Writer) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	received := make(chan os.Signal, 2)
	signal.Notify(received, os.Interrupt, syscall.SIGTERM)
	done := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		for first := true; ; first = false {
			select {
			case <-done:
				return
			case s := <-received:
				if !first {
					os.Exit(exitInterrupted)
				}
				fmt.Fprintf(stderr, "\n%s: stopping; what is committed stays. Again to exit at once.\n", s)
				cancel(&interruptedError{signal: s})
			}
		}
	})
	return ctx, func() {
		signal.Stop(received)
		close(done)
		group.Wait()
		cancel(nil)
	}
}
