package postgres

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"
)

func TestParseDSN(t *testing.T) {
	for _, c := range []struct {
		text string
		want params
	}{
		{"", params{}},
		{"postgres://", params{}},
		{"postgresql://u:p%40ss@h:5433/d?sslmode=require", params{"user": "u", "password": "p@ss", "host": "h", "port": "5433", "dbname": "d", "sslmode": "require"}},
		{"postgres://h1:1,h2,[::1]:3/d", params{"host": "h1,h2,::1", "port": "1,,3", "dbname": "d"}},
		{"postgres://u@/d?host=/tmp&ssl=true", params{"user": "u", "dbname": "d", "host": "/tmp", "sslmode": "require"}},
		{"postgres://%2Ftmp/d", params{"host": "/tmp", "dbname": "d"}},
		{`host=h  user = u password='a \'b\\' dbname=d\ d`, params{"host": "h", "user": "u", "password": `a 'b\`, "dbname": "d d"}},
		{"service=shop", params{"service": "shop"}},
	} {
		got, err := parseDSN(c.text)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
		} else if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%q: (-want +got)\n%s", c.text, diff)
		}
	}
	for _, text := range []string{
		"postgres://u:hush/hush@h/d", "postgres://u:hush?hush@h/d", "postgres://u:hush%zz@h/d", "postgres://u:p@h:hush/d", "postgres://[::1/hush",
		"host", "password=hush hush", "password='hush", "=hush", "password='hush\x00'", "postgres://h/d?password",
	} {
		if p, err := parseDSN(text); err == nil {
			t.Errorf("%q gave %v", text, p)
		} else if strings.Contains(err.Error(), "hush") {
			t.Errorf("a secret in: %v", err)
		}
	}
}

// FuzzParseDSN compares with pgx: what both read, they read alike. It also sees that the text made of the
// parameters gives the same parameters again.
func FuzzParseDSN(f *testing.F) {
	for _, s := range []string{
		"", "postgres://u:p@h:1/d?sslmode=disable", "postgres://h1:1,h2:2/d", "postgres://[::1]:3/d", "host=h user=u", `password='a\'b'`, "postgres://u@h", `a=\\ b='`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := parseDSN(text)
		if err != nil || strings.Count(text, "@") > 1 || strings.HasPrefix(text, "postgres") && strings.ContainsAny(text, " \t\r\n\v\f") { // pgx trims spaces in a URL, and takes the first @
			return
		}
		again, err := parseDSN(p.String())
		if err != nil || !cmp.Equal(p, again) {
			t.Fatalf("%q: %v became %v (%v)", text, p, again, err)
		}
		for _, file := range []string{"service", "servicefile", "passfile", "sslcert", "sslkey", "sslrootcert"} {
			if _, ok := p[file]; ok {
				return
			}
		}
		ours, ourErr := pgconn.ParseConfig(p.String())
		theirs, theirErr := pgconn.ParseConfig(text)
		if ourErr != nil || theirErr != nil {
			return
		}
		if ours.Host != theirs.Host || ours.Port != theirs.Port || ours.Database != theirs.Database || ours.User != theirs.User || ours.Password != theirs.Password {
			t.Errorf("%q: %v: %q %d %q %q, pgx %q %d %q %q", text, p, ours.Host, ours.Port, ours.Database, ours.User, theirs.Host, theirs.Port, theirs.Database, theirs.User)
		}
	})
}
