package rowcopy

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"migrator/examples/sandbox/sandboxtest"
	"migrator/planner"
)

const someObjects = `
SELECT lo_create(1000);
SELECT lo_from_bytea(1001, '\x00ff');
SELECT lo_from_bytea(1002, convert_to(repeat('0123456789abcdef', 256 * 1024 / 16), 'UTF8'));
SELECT lo_from_bytea(1003, convert_to(repeat('0123456789abcdef', 256 * 1024 / 16 * 16), 'UTF8'));
SELECT lo_from_bytea(1004, convert_to(repeat('0123456789', 700001), 'UTF8'));
SELECT lo_from_bytea(1005, 'end'); SELECT lo_put(1005, 100000, 'after a hole');
SELECT lo_from_bytea(2000 + i, convert_to('object ' || i, 'UTF8')) FROM generate_series(1, 700) i;
SELECT lo_from_bytea(4294967295, 'last');
SELECT lo_from_bytea(999, 'not in the range');`

func TestCopyObjects(t *testing.T) {
	noLeaks(t)
	src, dst := sides(t)
	exec(t, src, someObjects)
	exec(t, src, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
	objects := Objects{Address: "large_objects.1000-4294967295", Range: planner.ObjectRange{From: 1000, To: 4294967295}}
	exec(t, dst, "CREATE TABLE public.log (t text)")
	record := func(r Result) string { return fmt.Sprintf("INSERT INTO public.log VALUES ('%d %d')", r.Rows, r.Bytes) }
	result, err := CopyObjects(t.Context(), src, dst, objects, record, Options{})
	if err != nil {
		t.Fatal(err)
	}
	// Whoever uses the connection next asks pgconn and not the server.
	if got := dst.PgConn().TxStatus(); got != 'I' {
		t.Errorf("pgconn believes the destination's connection to be in state %c", got)
	}
	usable(t, src, 'T')
	usable(t, dst, 'I')
	const want = 707
	bytes := value(t, src, "SELECT sum(length(lo_get(oid))) FROM pg_largeobject_metadata WHERE oid >= 1000")
	if result.Rows != want || fmt.Sprint(result.Bytes) != bytes || value(t, dst, "SELECT t FROM public.log") != fmt.Sprintf("%d %s", want, bytes) {
		t.Errorf("got %+v, want %d objects of %s bytes", result, want, bytes)
	}
	const contents = "SELECT md5(string_agg(oid || ' ' || md5(lo_get(oid)), ',' ORDER BY oid)) FROM pg_largeobject_metadata WHERE oid >= 1000"
	if value(t, src, contents) != value(t, dst, contents) {
		t.Error("the contents differ")
	}
	digest := func() Sum {
		sum, err := DigestObjects(t.Context(), dst, objects.Address, objects.Range, nil, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	if got := digest(); got != resultSum(result) {
		t.Errorf("the destination has %+v, want %+v", got, result)
	}
	exec(t, dst, "SELECT lo_put(1004, 6999999, 'X')")
	if got := digest(); got.Digest == result.Digest || got.Rows != result.Rows {
		t.Errorf("a changed object gives %+v", got)
	}
	// They are there now.
	_, err = CopyObjects(t.Context(), src, dst, objects, record, Options{})
	var server *pgconn.PgError
	if !errors.As(err, &server) || server.Code != "23505" {
		t.Fatalf("got error %v", err)
	}
	usable(t, src, 'T')
	usable(t, dst, 'I')
}

func TestCopyObjectsIsCancelled(t *testing.T) {
	noLeaks(t)
	srcURL, dstURL := sandboxtest.Databases(t)
	src, dst := connect(t, srcURL), connect(t, dstURL)
	exec(t, src, someObjects)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	opts := Options{Progress: func(string, int, int64, int64) { cancel() }}
	_, err := CopyObjects(ctx, src, dst, Objects{Address: "large_objects", Range: planner.ObjectRange{From: 1, To: 4294967295}}, nil, opts)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got error %v", err)
	}
	if got := value(t, connect(t, dstURL), "SELECT count(*) FROM pg_largeobject_metadata"); got != "0" {
		t.Errorf("%s objects were committed", got)
	}
}
