package ddl_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/examples/sandbox/sandboxtest"
)

func TestShopAdHoc(t *testing.T) {
	src, dst := connectPair(t)
	sandboxtest.ShopRoles(t, src.Config().ConnString())
	sandboxtest.ShopRoles(t, dst.Config().ConnString())
	sandboxtest.LoadShop(t, src.Config().ConnString(), 0.001)
	db := read(t, src)
	build(t, dst, db)
	if diff := cmp.Diff(dump(t, src), dump(t, dst)); diff != "" {
		t.Errorf("differ:\n%s", diff)
	}
	for _, u := range db.Uncarried { t.Log(u) }
	compareDefinitions(t, db, read(t, dst))
}
