package planner_test

// excuses are what a newer version has or prints differently by itself.
var excuses = []excuse{
	{before: 1000000, catalog: "pg_constraint", property: "conindid", object: `own_key on .*`, why: "which of two equal unique indexes a foreign key takes is the server's choice, as after pg_dump"},
	{before: 110000, from: 110000, catalog: "pg_type", object: `.*\[\]`, source: absent, why: "domains have array types"},
	{before: 130000, from: 130000, catalog: "pg_type", property: "typoutput", source: `.*shell_out\(pg_catalog.opaque\)`, why: "the type opaque has gone"},
	{before: 120000, from: 120000, catalog: "pg_statistic_ext", property: "stxkind", source: `\{d,f\}`, destination: `\{d,f,m\}`, why: "a statistics object of all kinds has one kind more"},
	{before: 140000, from: 140000, catalog: "pg_conversion", property: "conproc", why: "conversion functions have one argument more"},
	{before: 140000, from: 140000, catalog: "pg_type", object: `.*_multirange(\[\])?`, source: absent, why: "ranges have multiranges"},
	{before: 140000, from: 140000, catalog: "pg_proc", object: `.*_multirange\(.*\)`, source: absent, why: "ranges have multiranges"},
	{before: 140000, from: 140000, catalog: "pg_cast", object: `\(.* AS .*_multirange\)`, source: absent, why: "ranges have multiranges"},
}
