package postgres

import "strings"

// quotedWords are the words that QuoteIdent never leaves bare: what any version from 9.4 to 18
// does not have in the class "unreserved" (src/include/parser/kwlist.h), and the unreserved ones
// that the grammar reads ahead for or gives a precedence of their own, so that it depends on
// the next word whether they are names.
var quotedWords = wordSet(reservedWords, typeOrFunctionWords, columnNameWords, touchyWords)

const (
	// reservedWords can be no name at all.
	reservedWords = `all analyse analyze and any array as asc asymmetric both case cast check collate column
		constraint create current_catalog current_date current_role current_time current_timestamp current_user
		default deferrable desc distinct do else end except false fetch for foreign from grant group having in
		initially intersect into lateral leading limit localtime localtimestamp not null offset on only or order
		placing primary references returning select session_user some symmetric system_user table then to
		trailing true union unique user using variadic when where window with`

	// typeOrFunctionWords can name types and functions, but no columns and no tables.
	typeOrFunctionWords = `authorization binary collation concurrently cross current_schema freeze full ilike inner
		is isnull join left like natural notnull outer overlaps right similar tablesample verbose`

	// columnNameWords can name columns and tables, but no types and no functions.
	columnNameWords = `between bigint bit boolean char character coalesce dec decimal exists extract float
		greatest grouping inout int integer interval json json_array json_arrayagg json_exists json_object
		json_objectagg json_query json_scalar json_serialize json_table json_value least merge_action national
		nchar none normalize nullif numeric out overlay position precision real row setof smallint substring
		time timestamp treat trim values varchar xmlattributes xmlconcat xmlelement xmlexists xmlforest
		xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable`

	// touchyWords are unreserved. gram.y gives most of them a precedence or a token with lookahead; new and old
	// mean rows in rules and, from 18 on, in RETURNING; graph_table is of another class from 19 on.
	// public is no keyword: as a role it means everybody, quoted or not.
	touchyWords = `at cube current double filter following format generated graph_table groups if keys nested new
		nothing nulls of old operator ordinality over partition preceding procedure range recursive rollup rows
		set sets ties uescape unbounded varying within without zone`
)

func wordSet(lists ...string) map[string]bool {
	set := map[string]bool{}
	for _, list := range lists {
		for _, word := range strings.Fields(list) {
			set[word] = true
		}
	}
	return set
}
