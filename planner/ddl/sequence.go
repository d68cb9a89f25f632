package ddl

import (
	"errors"
	"fmt"
	"math"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

func createSequence(s *catalog.Sequence) ([]string, error) {
	if s.Identity {
		return nil, errors.New("the sequence of an identity column is made together with the identity")
	}
	sql := "CREATE "
	if s.Persistence == "u" {
		sql += "UNLOGGED "
	}
	sql += "SEQUENCE " + qualified(&s.Item)
	if s.Type != "" && s.Type != "bigint" {
		sql += "\n    AS " + s.Type
	}
	return []string{sql + sequenceOptions(s)}, nil
}

// CreateIdentity makes a column an identity, and so its sequence, which may be named and set unlike what PostgreSQL would choose.
// mode is the column's Identity: a always, d by default.
func CreateIdentity(s *catalog.Sequence, mode string) ([]string, error) {
	if err := checkPrivileges(s); err != nil {
		return nil, err
	}
	word, ok := identityModes[mode]
	if !ok || s.OwnedBy == nil {
		return nil, fmt.Errorf("%s: not the sequence of an identity column (mode %q)", s.Address(), mode)
	}
	// Without ONLY: from 17 on a partitioned table's identity is also its partitions'. Below, it never recurses.
	sql := []string{"ALTER TABLE " + qualify(s.OwnedBy.Schema, s.OwnedBy.Table) + " ALTER COLUMN " + postgres.QuoteIdent(s.OwnedBy.Column) +
		" ADD GENERATED " + word + " AS IDENTITY (\n    SEQUENCE NAME " + qualified(&s.Item) + sequenceOptions(s) + "\n)"}
	if s.Persistence == "u" {
		sql = append(sql, "ALTER "+target(s)+" SET UNLOGGED")
	}
	return append(sql, Comments(s)...), nil
}

// identityModes are the words for pg_attribute.attidentity.
var identityModes = map[string]string{"a": "ALWAYS", "d": "BY DEFAULT"}

// SetLogged makes an identity sequence crash-safe whose table is not. The sequence was made with its table's
// persistence (15 and later). It is empty if there is nothing to do.
func SetLogged(s *catalog.Sequence, t *catalog.Table) string {
	if s.Identity && s.Persistence == "p" && t.Persistence == "u" {
		return "ALTER " + target(s) + " SET LOGGED"
	}
	return ""
}

// OwnedBy ties a sequence to its column; it is empty for a sequence without one, and for an identity's, which is tied from
// the start. Both must belong to the same role already.
func OwnedBy(s *catalog.Sequence) string {
	if s.OwnedBy == nil || s.Identity {
		return ""
	}
	return "ALTER " + target(s) + " OWNED BY " + postgres.QuoteIdent(s.OwnedBy.Schema, s.OwnedBy.Table, s.OwnedBy.Column)
}

func sequenceOptions(s *catalog.Sequence) string {
	low, high := sequenceRange(s.Type, s.Increment)
	sql := fmt.Sprintf("\n    START WITH %d\n    INCREMENT BY %d", s.Start, s.Increment)
	sql += limit("MINVALUE", s.Min, low) + limit("MAXVALUE", s.Max, high)
	sql += fmt.Sprintf("\n    CACHE %d", s.Cache)
	if s.Cycle {
		sql += "\n    CYCLE"
	}
	return sql
}

func limit(word string, value, standard int64) string {
	if value == standard {
		return "\n    NO " + word
	}
	return fmt.Sprintf("\n    %s %d", word, value)
}

// sequenceRange is what NO MINVALUE and NO MAXVALUE mean for a type and a direction.
func sequenceRange(typ string, increment int64) (low, high int64) {
	low, high = math.MinInt64, math.MaxInt64
	switch typ {
	case "smallint":
		low, high = math.MinInt16, math.MaxInt16
	case "integer":
		low, high = math.MinInt32, math.MaxInt32
	}
	if increment < 0 {
		return low, -1
	}
	return 1, high
}
