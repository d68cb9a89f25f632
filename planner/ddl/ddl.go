// Package ddl turns objects of a catalog into the SQL statements that make them. It knows no
// connection and no configuration; the same object always gives the same bytes.
//
// Invariants:
//   - Statements stand on their own: every name is qualified, nothing relies on search_path, default_tablespace
//     or another setting of the session. They carry no final semicolon.
//   - Texts that the source's deparsers printed (expressions, definitions) go out as they came.
//   - Privileges are always named one by one, never as ALL, which means different sets on different versions.
//   - What an object needs beside its own creation, because it needs other objects or complete rows, is a function of
//     its own: Attach, AttachIndex, OwnedBy, RowSecurity, SetDefault, Late, Validate, Refresh, Privileges.
package ddl

import (
	"fmt"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// Create returns the statements that make an object with all its properties, its owner and its comments,
// but without its privileges (Privileges) and without what needs other objects to exist first
// (Attach, AttachIndex, OwnedBy, RowSecurity, SetDefault, Late). Statements carry no final semicolon.
//
// A constraint is created by CreateKey, which also knows its index, and an identity column's sequence by
// CreateIdentity, which also knows the identity's mode; Create makes the former without the properties of its index and refuses
// the latter. An object whose privileges cannot be read is refused too, so that none is lost in silence.
func Create(o catalog.Object) ([]string, error) {
	if err := checkPrivileges(o); err != nil {
		return nil, err
	}
	sql, err := define(o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.Meta().Address(), err)
	}
	if _, ok := o.(*catalog.Constraint); ok {
		return sql, nil // CreateKey knows where its comments belong
	}
	sql = append(sql, dependsOnExtension(o)...)
	if x, ok := o.(*catalog.Index); ok && x.Constraint != "" {
		return sql, nil // its comment comes with the key
	}
	if owner := SetOwner(o); owner != "" {
		sql = append(sql, owner)
	}
	return append(sql, Comments(o)...), nil
}

// define is what Create does before owner and comments.
func define(o catalog.Object) ([]string, error) {
	switch o := o.(type) {
	case *catalog.Schema:
		return []string{"CREATE " + target(o)}, nil
	case *catalog.Extension:
		return []string{createExtension(o)}, nil
	case *catalog.Type:
		return createType(o)
	case *catalog.Domain:
		return []string{createDomain(o)}, nil
	case *catalog.Function:
		return []string{o.Definition}, nil
	case *catalog.Aggregate:
		return []string{createAggregate(o)}, nil
	case *catalog.Operator:
		return []string{createOperator(o)}, nil
	case *catalog.Sequence:
		return createSequence(o)
	case *catalog.Table:
		return createTable(o), nil
	case *catalog.View:
		return createView(o), nil
	case *catalog.Index:
		return createIndex(o), nil
	case *catalog.Constraint:
		return CreateKey(o, nil), nil
	case *catalog.Rule:
		return createRule(o)
	case *catalog.Trigger:
		return createTrigger(o)
	case *catalog.Policy:
		return createPolicy(o)
	case *catalog.LargeObject:
		return nil, nil // it is made together with its data
	case *catalog.Collation:
		return []string{createCollation(o)}, nil
	case *catalog.Conversion:
		return []string{createConversion(o)}, nil
	case *catalog.Cast:
		return []string{createCast(o)}, nil
	case *catalog.Statistics:
		return createStatistics(o), nil
	case *catalog.TSParser:
		return []string{createTSParser(o)}, nil
	case *catalog.TSTemplate:
		return []string{createTSTemplate(o)}, nil
	case *catalog.TSDictionary:
		return []string{createTSDictionary(o)}, nil
	case *catalog.TSConfiguration:
		return createTSConfiguration(o), nil
	case *catalog.Publication:
		return createPublication(o), nil
	case *catalog.Subscription:
		return []string{createSubscription(o)}, nil
	case *catalog.EventTrigger:
		return createEventTrigger(o), nil
	case *catalog.DefaultPrivileges:
		return nil, nil // there is nothing to them but what Privileges says
	case *catalog.ForeignDataWrapper:
		return []string{createForeignDataWrapper(o)}, nil
	case *catalog.ForeignServer:
		return []string{createServer(o)}, nil
	case *catalog.UserMapping:
		return []string{createUserMapping(o)}, nil
	case *catalog.AccessMethod:
		return []string{createAccessMethod(o)}, nil
	case *catalog.OperatorFamily:
		return createOperatorFamily(o), nil
	case *catalog.OperatorClass:
		return []string{createOperatorClass(o)}, nil
	case *catalog.Language:
		return []string{createLanguage(o)}, nil
	case *catalog.Transform:
		return []string{createTransform(o)}, nil
	case *catalog.DatabaseSetting:
		return []string{SetDatabase("", o)}, nil // SetDatabase knows which database
	case *catalog.MemberPrivileges:
		return nil, nil // what they are on is there already
	}
	return nil, fmt.Errorf("no DDL for %T", o)
}

// dependsOnExtension marks what is to go when an extension is dropped, without being a part of it.
func dependsOnExtension(o catalog.Object) []string {
	var sql []string
	for _, e := range o.Meta().DependsOnExtension {
		sql = append(sql, "ALTER "+target(o)+" DEPENDS ON EXTENSION "+postgres.QuoteIdent(e))
	}
	return sql
}
