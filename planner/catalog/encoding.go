package catalog

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"

	"migrator/planner/postgres"
)

// EncodingError says that the catalog holds text which cannot be sent as UTF-8: a SQL_ASCII database takes any bytes, and other encodings
// have bytes that stand for no character.
type EncodingError struct {
	// What is the kind of objects that were read: "functions".
	What string
	// Found are the texts, each behind its object where that is known: `public.f: caf\xe9`.
	Found []string
	// Encoding is the database's.
	Encoding string
	Err      error

	sql string
}

func (e *EncodingError) Error() string {
	text := fmt.Sprintf("read %s: %v", e.What, e.Err)
	if len(e.Found) > 0 {
		text += ": " + strings.Join(e.Found, "; ")
	}
	return text
}

// Unwrap returns the server's error.
func (e *EncodingError) Unwrap() error { return e.Err }

// failed is the error of a query.
func (q query) failed(err error) error {
	var server *pgconn.PgError
	if errors.As(err, &server) && (server.Code == pgerrcode.CharacterNotInRepertoire || server.Code == pgerrcode.UntranslatableCharacter) {
		return &EncodingError{What: q.what, Err: err, sql: q.sql}
	}
	return fmt.Errorf("read %s: %w", q.what, err)
}

const (
	maxFoundTexts = 5
	maxFoundText  = 60
)

// find asks once more, for the bytes as they are, and looks for those that are no UTF-8. That it cannot is no news beside the first error.
func (e *EncodingError) find(ctx context.Context, conn *pgconn.PgConn) {
	e.Encoding = conn.ParameterStatus("server_encoding")
	if _, err := conn.Exec(ctx, beginReading+";SET LOCAL client_encoding = "+e.Encoding).ReadAll(); err == nil {
		e.search(ctx, conn)
	}
	conn.Exec(ctx, "ROLLBACK").Close() //nolint:errcheck // see above
}

func (e *EncodingError) search(ctx context.Context, conn *pgconn.PgConn) {
	rows := conn.ExecParams(ctx, e.sql, nil, nil, nil, nil)
	wrong := e.wrong()
	columns := rows.FieldDescriptions()
	parts := map[int]string{} // of Found: those that are parts of a relation, and its OID
	more := 0
	for rows.NextRow() {
		values := rows.Values()
		at := slices.IndexFunc(values, func(value []byte) bool { return wrong(value) >= 0 })
		switch {
		case at < 0:
			continue
		case len(e.Found) == maxFoundTexts:
			more++
			continue
		}
		text := excerpt(values[at], wrong(values[at]))
		switch {
		case named(columns) && at == objectColumn:
			text = objectName(values)
		case named(columns):
			text = objectName(values) + ": " + text
		case strings.HasSuffix(columns[0].Name, "relid"):
			parts[len(e.Found)] = string(values[0])
		}
		e.Found = append(e.Found, text)
	}
	if _, err := rows.Close(); err != nil {
		return
	}
	for at, oid := range parts {
		relation := conn.ExecParams(ctx, "SELECT $1::oid::regclass", [][]byte{[]byte(oid)}, nil, nil, nil).Read()
		if len(relation.Rows) == 1 {
			e.Found[at] = excerpt(relation.Rows[0][0], 0) + ": " + e.Found[at]
		}
	}
	if more > 0 {
		e.Found = append(e.Found, fmt.Sprintf("and %d more", more))
	}
}

// invalidAt is where a text is no UTF-8, -1 for nowhere.
func invalidAt(text []byte) int {
	for at := 0; at < len(text); {
		r, n := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && n == 1 {
			return at
		}
		at += n
	}
	return -1
}

var byteInMessage = regexp.MustCompile(`0x([0-9a-f]{2})`)

// wrong finds what the server complains of in a text, or gives -1. Its message has the bytes, whatever language the words are in.
func (e *EncodingError) wrong() func([]byte) int {
	if e.Encoding == postgres.SQLASCII {
		return invalidAt
	}
	var found []byte
	var server *pgconn.PgError
	if errors.As(e.Err, &server) {
		for _, match := range byteInMessage.FindAllStringSubmatch(server.Message, -1) {
			b, _ := hex.DecodeString(match[1]) // the expression takes nothing else
			found = append(found, b...)
		}
	}
	return func(text []byte) int { return bytes.Index(text, found) }
}

// objectColumn is where itemSQL.columns has an object's name, behind its OID, schema and table.
const (
	objectColumn = 3
	objectLabel  = "object_name"
)

func named(columns []pgconn.FieldDescription) bool {
	return len(columns) > objectColumn && columns[objectColumn].Name == objectLabel
}

// objectName are the parts of an object's name that there are.
func objectName(values [][]byte) string {
	var parts []string
	for _, part := range values[1 : objectColumn+1] {
		if len(part) > 0 {
			parts = append(parts, excerpt(part, 0))
		}
	}
	return strings.Join(parts, ".")
}

// excerpt is a text around a place, on one line, its wrong bytes as escapes.
func excerpt(text []byte, around int) string {
	from := max(0, around-maxFoundText/2)
	to := min(len(text), from+maxFoundText)
	var out strings.Builder
	for text := text[from:to]; len(text) > 0; {
		r, n := utf8.DecodeRune(text)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&out, `\x%02x`, text[0])
		case r < ' ':
			out.WriteByte(' ')
		default:
			out.Write(text[:n])
		}
		text = text[n:]
	}
	return out.String()
}
