package rowcopy

import (
	"strconv"
	"strings"

	"migrator/planner"
	"migrator/planner/postgres"
)

// textFormat is the format in which rows can be shown to people; the other one is "binary".
const textFormat = "text"

// SelectSQL reads one part of a table on the source, in the copy's format.
func SelectSQL(c *planner.RowCopy, part int) string {
	var blocks planner.BlockRange
	if len(c.Parts) > 0 {
		blocks = c.Parts[part]
	}
	return sourceSQL(c, blocks)
}

// SourceSQL reads all parts of a table on the source, in the copy's format.
func SourceSQL(c *planner.RowCopy) string { return sourceSQL(c, planner.BlockRange{}) }

func sourceSQL(c *planner.RowCopy, blocks planner.BlockRange) string {
	var conditions []string
	if c.Where != "" {
		conditions = append(conditions, "("+c.Where+")")
	}
	if blocks.From > 0 {
		conditions = append(conditions, "ctid >= '("+strconv.FormatInt(blocks.From, 10)+",0)'::tid")
	}
	if blocks.To > 0 {
		conditions = append(conditions, "ctid < '("+strconv.FormatInt(blocks.To, 10)+",0)'::tid")
	}
	sql := "COPY (" + selectSQL(c.Select, "ONLY "+quote(c.From))
	if len(conditions) > 0 {
		sql += " WHERE " + strings.Join(conditions, " AND ")
	}
	return sql + ") TO STDOUT (" + format(c) + ")"
}

// InsertSQL stores rows in the destination. FREEZE is only possible in the transaction that has made or truncated the
// table, and not through a partitioned one.
func InsertSQL(c *planner.RowCopy, freeze bool) string {
	sql := "COPY " + quote(c.Into)
	// A table without columns has no list of them: "()" is a syntax error, and none means none.
	if len(c.Columns) > 0 {
		sql += " (" + quoteAll(c.Columns) + ")"
	}
	return sql + " FROM STDIN (" + format(c) + freezeOption(freeze) + ")"
}

// format are the options that both sides share.
func format(c *planner.RowCopy) string {
	if c.Encoding != "" {
		return "FORMAT " + c.Format + ", ENCODING " + postgres.QuoteLiteral(c.Encoding)
	}
	return "FORMAT " + c.Format
}

func freezeOption(freeze bool) string {
	if freeze {
		return ", FREEZE"
	}
	return ""
}

// VerifySQL reads in the destination, after the renames, what InsertSQL has stored, in the copy's format.
func VerifySQL(c *planner.RowCopy) string {
	return "COPY (" + selectSQL(quoteEach(c.FinalColumns), FinalTable(c)) + ") TO STDOUT (" + format(c) + ")"
}

// FinalTable is what a query of the destination says after FROM, at its end, to see the copied rows.
func FinalTable(c *planner.RowCopy) string {
	if c.ThroughRoot {
		return quote(c.Final)
	}
	if c.FinalWhere != "" {
		return "ONLY " + quote(c.Final) + " WHERE (" + c.FinalWhere + ")"
	}
	return "ONLY " + quote(c.Final)
}

func selectSQL(columns []string, from string) string {
	if len(columns) == 0 {
		return "SELECT FROM " + from
	}
	return "SELECT " + strings.Join(columns, ", ") + " FROM " + from
}

func quote(r planner.Relation) string { return postgres.QuoteIdent(r.Schema, r.Name) }

func quoteEach(names []string) []string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = postgres.QuoteIdent(name)
	}
	return quoted
}

func quoteAll(names []string) string { return strings.Join(quoteEach(names), ", ") }
