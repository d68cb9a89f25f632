package precheck

import "context"

var objectChecks = []Check{
	{
		Name: "table_without_key", Severity: Alert, Run: checkKeys,
		Doc: "Every table whose rows are copied has a primary key, or a unique constraint on columns that are NOT NULL, and of columns that are copied. Without one rows are still copied exactly once, but differences cannot be named by key.",
	},
	{
		Name: "c_functions", Severity: Alert, Run: checkCFunctions,
		Doc: "No selected function is written in C or is an internal one, and no selected type a base type: they need a library on the server. With c_functions = \"create\" the destination has these libraries.",
	},
}

func checkKeys(_ context.Context, in *Input) ([]Finding, error) {
	if in.Makes == nil {
		return nil, &SkipError{"there is no plan to look at: a run is under way, or the configuration does not fit"}
	}
	if len(in.Keyless) == 0 {
		return nil, nil
	}
	return []Finding{{
		Side: Source, Found: "tables without a key", Objects: in.Keyless,
		Do: "add a primary key, or accept it: rows are copied exactly once all the same, and verified as a multiset",
	}}, nil
}
