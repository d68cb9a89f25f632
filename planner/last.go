package planner

import (
	"migrator/planner/catalog"
	"migrator/planner/ddl"
)

// createLast are the statements of what comes after the renames, and so names things as mapping does.
func (b *builder) createLast(o catalog.Object) ([]string, error) {
	c := clone(o)
	switch c := c.(type) {
	case *catalog.DatabaseSetting:
		return []string{ddl.SetDatabase(b.databaseName(), c)}, nil
	case *catalog.EventTrigger:
		c.Function.Schema = b.m.schema(c.Function.Schema)
	case *catalog.DefaultPrivileges:
		if c.Schema != "" {
			c.Schema = b.m.schema(c.Schema)
		}
		return ddl.Privileges(c), nil
	}
	return ddl.Create(c)
}
