package ddl

import (
	"strconv"
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

func createAggregate(a *catalog.Aggregate) string {
	signature := a.Signature
	if signature == "" {
		signature = orStar(a.Args)
	}
	return "CREATE AGGREGATE " + qualified(&a.Item) + "(" + signature + ") " + list(aggregateParameters(a))
}

func aggregateParameters(a *catalog.Aggregate) []string {
	var p []string
	add := func(key, value string) {
		if value != "" {
			p = append(p, key+" = "+value)
		}
	}
	flag := func(key string, on bool) {
		if on {
			p = append(p, key)
		}
	}
	add("SFUNC", a.TransFunc)
	add("STYPE", a.TransType)
	add("SSPACE", positive(a.TransSpace))
	add("FINALFUNC", a.FinalFunc)
	flag("FINALFUNC_EXTRA", a.FinalExtra)
	add("FINALFUNC_MODIFY", modifies[a.FinalModify])
	add("COMBINEFUNC", a.CombineFunc)
	add("SERIALFUNC", a.SerialFunc)
	add("DESERIALFUNC", a.DeserialFunc)
	add("INITCOND", literal(a.InitValue))
	add("MSFUNC", a.MovingTransFunc)
	add("MINVFUNC", a.MovingInvFunc)
	add("MSTYPE", a.MovingTransType)
	add("MSSPACE", positive(a.MovingSpace))
	add("MFINALFUNC", a.MovingFinalFunc)
	flag("MFINALFUNC_EXTRA", a.MovingExtra)
	add("MFINALFUNC_MODIFY", modifies[a.MovingModify])
	add("MINITCOND", literal(a.MovingInitValue))
	add("SORTOP", a.SortOperator)
	add("PARALLEL", parallels[a.Parallel])
	flag("HYPOTHETICAL", a.AggKind == "h")
	return p
}

// modifies are the words for pg_aggregate.aggfinalmodify.
var modifies = map[string]string{"r": "READ_ONLY", "s": "SHAREABLE", "w": "READ_WRITE"}

// parallels are the words for pg_proc.proparallel; UNSAFE is the default.
var parallels = map[string]string{"r": "RESTRICTED", "s": "SAFE"}

// positive is a number as text, nothing for the default of zero.
func positive(n int32) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(int(n))
}

func literal(s *string) string {
	if s == nil {
		return ""
	}
	return postgres.QuoteLiteral(*s)
}

// createOperator says PROCEDURE, which all versions understand; FUNCTION came with 11.
func createOperator(o *catalog.Operator) string {
	p := []string{"PROCEDURE = " + o.Function}
	for _, x := range []struct{ key, value string }{
		{"LEFTARG", o.Left},
		{"RIGHTARG", o.Right},
		{"COMMUTATOR", o.Commutator},
		{"NEGATOR", o.Negator},
		{"RESTRICT", o.Restrict},
		{"JOIN", o.Join},
	} {
		if x.value != "" {
			p = append(p, x.key+" = "+x.value)
		}
	}
	if o.Merges {
		p = append(p, "MERGES")
	}
	if o.Hashes {
		p = append(p, "HASHES")
	}
	return "CREATE OPERATOR " + operatorName(&o.Item) + " " + list(p)
}

// callArgs are an aggregate's arguments as GRANT ON FUNCTION wants them: it knows neither * nor ORDER BY. The variadic
// argument of a hypothetical-set aggregate is printed on both sides of ORDER BY, but is one.
func callArgs(args string) string {
	tokens := scan(args)
	for n, t := range tokens {
		if !t.is("order") || n+1 == len(tokens) || !tokens[n+1].is("by") {
			continue
		}
		direct, ordered := strings.TrimSpace(args[:t.start]), strings.TrimSpace(args[tokens[n+1].end():])
		switch {
		case direct == "":
			return ordered
		case strings.HasSuffix(direct, ordered) && strings.HasPrefix(ordered, "VARIADIC "):
			return direct
		}
		return direct + ", " + ordered
	}
	if args == "*" {
		return ""
	}
	return args
}
