// Package ddl turns objects of a catalog into the SQL statements that make them. It knows no
// connection and no configuration; the same object always gives the same bytes.
package ddl

import (
	"fmt"

	"migrator/planner/catalog"
)

// Create returns the statements that make an object with all its properties, its owner and its comments,
// but without its privileges (Privileges) and without what needs other objects to exist first
// (Attach, AttachIndex, OwnedBy, RowSecurity, SetDefault). Statements carry no final semicolon.
func Create(o catalog.Object) ([]string, error) {
	return nil, fmt.Errorf("no DDL for %s", o.Meta().Address())
}
