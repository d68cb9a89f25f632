package planner

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// CheckExpressions has the source prepare the SELECT of every copy that a mapping changed, so that a mistake in a row filter or a
// column's expression is found when the plan is made and not in the change window.
func CheckExpressions(ctx context.Context, src *pgx.Conn, p *Plan) error {
	for i := range p.Actions {
		c := p.Actions[i].Copy
		if c == nil || !c.mapped() {
			continue
		}
		_, err := src.PgConn().Prepare(ctx, "", c.Query(), nil)
		var refused *pgconn.PgError
		switch {
		case errors.As(err, &refused):
			return &ConfigError{
				Summary: "A row filter or column expression is wrong",
				Detail:  fmt.Sprintf("The source cannot read table %s.%s with them: %s.\n%s", c.From.Schema, c.From.Name, refused.Message, c.Query()),
			}
		case err != nil:
			return fmt.Errorf("checking the expressions of %s: %w", p.Actions[i].Address, err)
		}
	}
	return nil
}

// mapped says whether the rows are read differently than they are stored.
func (c *RowCopy) mapped() bool {
	if c.Where != "" {
		return true
	}
	for i, s := range c.Select {
		if s != relation(c.Columns[i]) {
			return true
		}
	}
	return false
}

// Query is the SELECT that reads all the rows.
func (c *RowCopy) Query() string {
	q := "SELECT "
	for i, s := range c.Select {
		if i > 0 {
			q += ", "
		}
		q += s
	}
	q += " FROM ONLY " + relation(c.From.Schema, c.From.Name)
	if c.Where != "" {
		q += " WHERE (" + c.Where + ")"
	}
	return q
}
