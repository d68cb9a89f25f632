package executor_test

import (
	"net/url"
	"strings"
	"testing"

	"migrator/config"
	"migrator/examples/sandbox"
	"migrator/executor"
)

// withoutEncoding has texts that are no UTF-8.
const withoutEncoding = `
CREATE TABLE latin (id int PRIMARY KEY, t text);
INSERT INTO latin SELECT n, convert_from('\xe974e9'::bytea, 'SQL_ASCII') FROM generate_series(1, 3) n;
CREATE TABLE other (id int PRIMARY KEY, t text, d date[]);
INSERT INTO other VALUES (1, convert_from('\xff', 'SQL_ASCII'), '{2024-01-01}');`

// encoded is a scene whose source has no encoding, and whose destination has the one that is named.
func encoded(t *testing.T, encoding string) *scene {
	t.Helper()
	s := newScene(t, ownSource|ownDestination)
	s.srcDB, s.dstDB = "bytes", "bytes"
	s.exec(s.src, "postgres", "CREATE DATABASE bytes TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'")
	s.exec(s.dst, "postgres", "CREATE DATABASE bytes TEMPLATE template0 ENCODING '"+encoding+"' LC_COLLATE 'C' LC_CTYPE 'C'")
	s.load(withoutEncoding)
	s.configure(s.src.URL(s.srcDB), s.dst.URL(s.dstDB), "")
	return s
}

// TestTextsWithoutAnEncoding copies and verifies bytes that are no text.
func TestTextsWithoutAnEncoding(t *testing.T) {
	t.Parallel()
	s := encoded(t, "SQL_ASCII")
	s.apply()
	const bytes = `SELECT string_agg(encode(textsend(t), 'hex'), ',' ORDER BY t) FROM (SELECT t FROM latin UNION ALL SELECT t FROM other) x`
	if want, have := s.value(s.src, s.srcDB, bytes), s.value(s.dst, s.dstDB, bytes); want != have || want != "e974e9,e974e9,e974e9,ff" {
		t.Errorf("%s became %s", want, have)
	}
	for _, independent := range []bool{false, true} {
		v, err := executor.Verify(t.Context(), executor.VerifyOptions{Config: s.cfg, Version: "test", Sink: s.events, Mode: config.VerifyFull, Independent: independent})
		if err != nil || !v.Equal {
			t.Errorf("independent %t: %+v %v", independent, v, err)
		}
	}
}

// TestDifferencesBetweenBytes shows rows that are no text, and asks why a table cannot be read.
func TestDifferencesBetweenBytes(t *testing.T) {
	t.Parallel()
	s := encoded(t, "SQL_ASCII")
	s.apply()
	s.exec(s.dst, s.dstDB, `UPDATE other SET t = convert_from('\xfe', 'SQL_ASCII'); CREATE ROLE reader LOGIN PASSWORD 'reads'; GRANT USAGE ON SCHEMA migrator_ledger TO reader;
		GRANT SELECT ON ALL TABLES IN SCHEMA migrator_ledger, public TO reader; REVOKE SELECT ON latin FROM reader`)
	reader, err := url.Parse(s.dst.URL(s.dstDB))
	if err != nil {
		t.Fatal(err)
	}
	reader.User = url.UserPassword("reader", "reads")
	s.configure(s.src.URL(s.srcDB), reader.String(), "")
	v, err := executor.Verify(t.Context(), executor.VerifyOptions{Config: s.cfg, Version: "test", Sink: s.events, Mode: config.VerifyFull})
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range v.Tables {
		switch table.Relation {
		case "public.latin":
			if !strings.Contains(table.NotCompared, "GRANT SELECT ON public.latin TO reader") {
				t.Errorf("%+v", table)
			}
		case "public.other":
			if len(table.Differences) != 1 || table.Differences[0].Source != "1\t\\xff\t{2024-01-01}" || table.Differences[0].Destination != "1\t\\xfe\t{2024-01-01}" {
				t.Errorf("%+v", table)
			}
		}
	}
}

// TestTextsThatTheDestinationRefuses fails at the row, as the alert says.
func TestTextsThatTheDestinationRefuses(t *testing.T) {
	t.Parallel()
	s := encoded(t, "UTF8")
	o := <-s.start(t.Context())
	if o.err == nil || !strings.Contains(o.err.Error(), "invalid byte sequence for encoding") {
		t.Errorf("%v", o.err)
	}
}

// TestTextsOfOneEncoding moves texts between two databases of an encoding in which some have no equal in UTF-8, and some share one.
func TestTextsOfOneEncoding(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownSource|ownDestination)
	s.srcDB, s.dstDB = "japan", "japan"
	for _, server := range []*sandbox.Server{s.src, s.dst} {
		s.exec(server, "postgres", "CREATE DATABASE japan TEMPLATE template0 ENCODING 'EUC_JP' LC_COLLATE 'C' LC_CTYPE 'C'")
	}
	s.load(`SET client_encoding = 'EUC_JP'; CREATE TABLE row13 (id int PRIMARY KEY, t text);
		INSERT INTO row13 SELECT n, convert_from(b, 'EUC_JP') FROM (VALUES (1, '\xadf0'::bytea), (2, '\xa2e2'), (3, '\xa9a1'), (4, '\xb4c1' || '\x09'::bytea)) v (n, b)`)
	s.configure(s.src.URL(s.srcDB), s.dst.URL(s.dstDB), "")
	s.apply()
	const bytes = `SELECT string_agg(encode(convert_to(t, 'EUC_JP'), 'hex'), ',' ORDER BY id) FROM row13`
	if want, have := s.value(s.src, s.srcDB, bytes), s.value(s.dst, s.dstDB, bytes); want != have || want != "adf0,a2e2,a9a1,b4c109" {
		t.Errorf("%s became %s", want, have)
	}
	for _, independent := range []bool{false, true} {
		v, err := executor.Verify(t.Context(), executor.VerifyOptions{Config: s.cfg, Version: "test", Sink: s.events, Mode: config.VerifyFull, Independent: independent})
		if err != nil || !v.Equal {
			t.Errorf("independent %t: %+v %v", independent, v, err)
		}
	}
}
