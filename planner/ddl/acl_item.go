package ddl

import (
	"fmt"
	"strings"
)

// Rights is a set of privileges.
type Rights uint32

// right is one privilege: its letter in an aclitem and its word in GRANT.
type right struct {
	letter byte
	word   string
}

// allRights are in the order of ACL_ALL_RIGHTS_STR, in which aclitemout prints them. A Rights has bit n for the nth.
var allRights = []right{
	{'a', "INSERT"}, {'r', "SELECT"}, {'w', "UPDATE"}, {'d', "DELETE"}, {'D', "TRUNCATE"}, {'x', "REFERENCES"}, {'t', "TRIGGER"},
	{'X', "EXECUTE"}, {'U', "USAGE"}, {'C', "CREATE"}, {'T', "TEMPORARY"}, {'c', "CONNECT"},
	{'s', "SET"}, {'A', "ALTER SYSTEM"}, {'m', "MAINTAIN"},
}

// SchemaRights are all that there are on a schema.
const SchemaRights Rights = 1<<8 | 1<<9

// Words lists the privileges as GRANT names them, in a fixed order.
func (r Rights) Words() []string {
	var words []string
	for n, x := range allRights {
		if r&(1<<n) != 0 {
			words = append(words, x.word)
		}
	}
	return words
}

// ACLItem is one item of an access control list: what one role has granted to another.
type ACLItem struct {
	Grantee string // empty for PUBLIC
	Grantor string
	Rights  Rights
	Options Rights // those of Rights that come with the grant option
}

// WithoutMaintain is the item as versions below 17 know it, which have no privilege MAINTAIN.
func (a ACLItem) WithoutMaintain() ACLItem {
	maintain := rightOf('m')
	a.Rights &^= maintain
	a.Options &^= maintain
	return a
}

// ParseACLItem reads an item as aclitemout prints it: grantee=letters/grantor, where a role's name is in double quotes
// if it needs them and a star after a letter is the grant option.
func ParseACLItem(text string) (ACLItem, error) {
	fail := func(why string) (ACLItem, error) {
		return ACLItem{}, fmt.Errorf("privileges %q: %s", text, why)
	}
	var item ACLItem
	var ok bool
	rest := text
	if item.Grantee, rest, ok = cutRole(rest); !ok {
		return fail("a quote is not closed")
	}
	if !strings.HasPrefix(rest, "=") {
		return fail(`no "=" after the grantee`)
	}
	letters := rest[1:]
	slash := strings.IndexByte(letters, '/')
	if slash < 0 {
		return fail("no grantor")
	}
	letters, rest = letters[:slash], letters[slash+1:]
	var last Rights
	for i := range len(letters) {
		if letters[i] == '*' {
			if last == 0 {
				return fail("a star without a letter before it")
			}
			item.Options |= last
			last = 0
			continue
		}
		if last = rightOf(letters[i]); last == 0 {
			return fail(fmt.Sprintf("the letter %q is unknown", letters[i]))
		}
		item.Rights |= last
	}
	if item.Grantor, rest, ok = cutRole(rest); !ok {
		return fail("a quote is not closed")
	}
	if rest != "" || item.Grantor == "" {
		return fail("no role's name after the slash")
	}
	return item, nil
}

// String is the item as aclitemout prints it.
func (a ACLItem) String() string {
	var b strings.Builder
	b.WriteString(quoteRole(a.Grantee) + "=")
	for n, x := range allRights {
		if bit := Rights(1) << n; (a.Rights|a.Options)&bit != 0 {
			b.WriteByte(x.letter)
			if a.Options&bit != 0 {
				b.WriteByte('*')
			}
		}
	}
	b.WriteString("/" + quoteRole(a.Grantor))
	return b.String()
}

func rightOf(letter byte) Rights {
	for n, x := range allRights {
		if x.letter == letter {
			return 1 << n
		}
	}
	return 0
}

// cutRole takes a role's name off the front of s. Which characters stand outside of quotes depends on the
// server's locale and version, so the name ends only where the syntax says so.
func cutRole(s string) (name, rest string, ok bool) {
	var b strings.Builder
	quoted := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' && quoted && i+1 < len(s) && s[i+1] == '"':
			b.WriteByte('"')
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && (c == '=' || c == '/'):
			return b.String(), s[i:], true
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), "", !quoted
}

// quoteRole quotes by the rules of aclitemout, which are not those of SQL.
func quoteRole(name string) string {
	for i := range len(name) {
		if c := name[i]; !isDigit(c) && (!isWordStart(c) || c >= 0x80) {
			return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
		}
	}
	return name
}
