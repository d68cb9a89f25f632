package ddl

import (
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// Definition is a canonical text of everything about an object except its privileges: two objects are equal in pg_dump's eyes
// if and only if their definitions are equal. It reads like SQL, but is made to be compared, not to be run.
func Definition(o catalog.Object) (string, error) {
	sql, err := definition(o)
	return strings.Join(sql, ";\n"), err
}

func definition(o catalog.Object) ([]string, error) {
	switch o := o.(type) {
	case *catalog.Sequence:
		if o.Identity {
			return identityDefinition(o), nil
		}
	case *catalog.Constraint:
		return constraintDefinition(o), nil
	}
	sql, err := Create(o)
	if err != nil {
		return nil, err
	}
	add := func(more ...string) {
		for _, s := range more {
			if s != "" {
				sql = append(sql, s)
			}
		}
	}
	switch o := o.(type) {
	case *catalog.Sequence:
		add(OwnedBy(o))
	case *catalog.Table:
		for _, c := range o.Columns {
			if c.DefaultApart && c.Default != noDefault && printed(o, c) || c.Generated != "" && c.Inherited {
				add(SetDefault(o, c))
			}
			if c.Identity != "" {
				add(alterColumn(o, c.Name) + "ADD GENERATED " + identityModes[c.Identity] + " AS IDENTITY")
			}
		}
		add(Late(o)...)
		add(RowSecurity(o)...)
		add(Attach(o))
	case *catalog.Domain:
		add(Late(o)...)
	case *catalog.Index:
		if o.Constraint != "" {
			add(indexRoles(o, o.Name)...)
		}
		add(AttachIndex(o))
	}
	return sql, nil
}

// identityDefinition leaves out the identity's mode, which the table's definition has.
func identityDefinition(s *catalog.Sequence) []string {
	sql := "CREATE IDENTITY " + target(s) + " AS " + s.Type + sequenceOptions(s)
	if s.Persistence == "u" {
		sql += "\n    UNLOGGED"
	}
	if s.OwnedBy != nil {
		sql += "\n    OWNED BY " + postgres.QuoteIdent(s.OwnedBy.Schema, s.OwnedBy.Table, s.OwnedBy.Column)
	}
	return append([]string{sql}, Comments(s)...)
}

// constraintDefinition does not care how the constraint is made: its definition says all, also whether it is valid. The comment on
// a key's index is a constraint's here, as it is in CreateKey.
func constraintDefinition(c *catalog.Constraint) []string {
	definition := c.Definition
	if !c.Valid {
		definition = notValid(definition)
	}
	return append([]string{"ALTER TABLE " + onTable(&c.Item) + " ADD CONSTRAINT " + postgres.QuoteIdent(c.Name) + " " + definition},
		Comments(c)...)
}
