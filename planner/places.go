package planner

import "migrator/planner/catalog"

// sectionOf is where a kind of object stands in a plan, as people read it.
func sectionOf(k catalog.Kind) Section {
	switch k {
	case catalog.KindIndex, catalog.KindPrimaryKey, catalog.KindUnique, catalog.KindExclusion, catalog.KindIndexPartition:
		return Data
	case catalog.KindStatistics, catalog.KindForeignKey, catalog.KindCheck, catalog.KindTrigger, catalog.KindPolicy, catalog.KindRule,
		catalog.KindPublication, catalog.KindSubscription, catalog.KindEventTrigger, catalog.KindDefaultPrivileges,
		catalog.KindDatabaseSetting:
		return PostData
	}
	return PreData
}

// stageOf is when an object is made.
func stageOf(o catalog.Object) Stage {
	switch o := o.(type) {
	case *catalog.Index:
		if o.OnView {
			return StageRefresh
		}
		return StageData
	case *catalog.Constraint, *catalog.Statistics:
		return StageData
	case *catalog.Rule, *catalog.Trigger, *catalog.Policy, *catalog.Publication:
		return StageRules
	case *catalog.Subscription, *catalog.EventTrigger, *catalog.DefaultPrivileges, *catalog.DatabaseSetting:
		return StageLast
	}
	return StageSchema
}

// displayName is what a plan's line shows after the schema.
func displayName(i *catalog.Item) string {
	kind := i.Kind
	if i.Of != "" {
		kind = i.Of
	}
	switch kind {
	case catalog.KindColumn:
		return i.Table + "." + i.Name
	case catalog.KindDatabaseSetting:
		if i.Args != "" {
			return i.Name + "(" + i.Args + ")"
		}
	case catalog.KindFunction, catalog.KindProcedure, catalog.KindAggregate, catalog.KindOperator, catalog.KindDefaultPrivileges,
		catalog.KindUserMapping, catalog.KindOperatorFamily, catalog.KindOperatorClass:
		return i.Name + "(" + i.Args + ")"
	case catalog.KindTrigger, catalog.KindRule, catalog.KindPolicy, catalog.KindCheck, catalog.KindForeignKey,
		catalog.KindPrimaryKey, catalog.KindUnique, catalog.KindExclusion:
		return i.Table + "." + i.Name
	}
	return i.Name
}
