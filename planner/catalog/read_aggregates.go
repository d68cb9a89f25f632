package catalog

import "github.com/jackc/pgx/v5"

// askAggregates reads pg_aggregate.
func (r *reader) askAggregates() {
	it := routineItem
	combining, modify, parallel := "'', '', ''", "'', ''", "'u'"
	if r.v >= 90600 {
		combining = function("a.aggcombinefn") + ", " + function("a.aggserialfn") + ", " + function("a.aggdeserialfn")
		parallel = "p.proparallel"
	}
	if r.v >= 110000 {
		// CREATE AGGREGATE assumes read-only final functions of normal aggregates and read-write ones of ordered-set aggregates.
		standard := "CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END"
		modify = "coalesce(nullif(a.aggfinalmodify::text, " + standard + "), ''), coalesce(nullif(a.aggmfinalmodify::text, " + standard + "), '')"
	}
	r.ask("aggregates", `SELECT `+it.columns(r.v)+`, coalesce(nullif(pg_get_function_arguments(p.oid), ''), '*'), a.aggkind,
			`+function("a.aggtransfn")+`, format_type(a.aggtranstype, NULL), a.aggtransspace, a.agginitval,
			`+function("a.aggfinalfn")+`, a.aggfinalextra, `+combining+`, `+modify+`,
			`+function("a.aggmtransfn")+`, `+function("a.aggminvtransfn")+`,
			CASE WHEN a.aggmtranstype = 0 THEN '' ELSE format_type(a.aggmtranstype, NULL) END, a.aggmtransspace, a.aggminitval,
			`+function("a.aggmfinalfn")+`, a.aggmfinalextra,
			coalesce('OPERATOR(' || quote_ident(opn.nspname) || '.' || op.oprname || ')', ''), `+parallel+`
		FROM pg_aggregate a
		JOIN pg_proc p ON p.oid = a.aggfnoid
		JOIN pg_namespace n ON n.oid = p.pronamespace
		LEFT JOIN pg_operator op ON op.oid = a.aggsortop
		LEFT JOIN pg_namespace opn ON opn.oid = op.oprnamespace `+it.joins(r.v)+`
		WHERE `+ofUser+` AND `+notMember(it.class, it.oid)+` AND `+routineOfUser,
		func(rows pgx.Rows) error {
			a := &Aggregate{}
			r.db.Aggregates = append(r.db.Aggregates, a)
			return scanItem(rows, KindAggregate, it.class, &a.Item, &a.Signature, &a.AggKind,
				&a.TransFunc, &a.TransType, &a.TransSpace, &a.InitValue,
				&a.FinalFunc, &a.FinalExtra, &a.CombineFunc, &a.SerialFunc, &a.DeserialFunc, &a.FinalModify, &a.MovingModify,
				&a.MovingTransFunc, &a.MovingInvFunc, &a.MovingTransType, &a.MovingSpace, &a.MovingInitValue,
				&a.MovingFinalFunc, &a.MovingExtra, &a.SortOperator, &a.Parallel)
		})
}
