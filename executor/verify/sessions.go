package verify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"migrator/executor/rowcopy"
)

// endTime is how long the end of a transaction that only read may take.
const endTime = 2 * time.Second

// share makes all connections see the same snapshot. The function returned ends their transactions.
func share(ctx context.Context, conns []*pgx.Conn) (end func(), err error) {
	if len(conns) == 0 {
		return nil, errors.New("verifying needs a connection")
	}
	end = func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTime)
		defer cancel()
		for _, conn := range conns {
			if !conn.IsClosed() {
				_, _ = conn.Exec(ctx, "ROLLBACK") // nothing was written; a connection that cannot do it is closed by this
			}
		}
	}
	id, err := rowcopy.ExportSnapshot(ctx, conns[0])
	for _, conn := range conns[1:] {
		if err == nil {
			err = rowcopy.AdoptSnapshot(ctx, conn, id)
		}
	}
	if err != nil {
		end()
		return nil, err
	}
	return end, nil
}

// spread hands out batches of jobs to workers, each of which has connections of its own.
func spread(ctx context.Context, workers int, jobs []*job, do func(ctx context.Context, worker int, batch []*job) error) error {
	queue := make(chan []*job)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(queue)
		for _, batch := range batches(jobs) {
			select {
			case queue <- batch:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		return nil
	})
	for worker := range workers {
		group.Go(func() error {
			for batch := range queue {
				if err := do(ctx, worker, batch); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return fmt.Errorf("verifying: %w", err)
	}
	return nil
}
