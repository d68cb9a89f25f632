package planner_test
import ("testing";"fmt";"time";"migrator/planner/catalog";"migrator/config")
func TestZZ(t *testing.T){
 for _, n := range []int{20000} {
 mk := func() *handmade { h := newHandmade("public","A")
 for i := range n { tb := h.table("A", fmt.Sprintf("T%d",i),"Id integer not null","b text"); h.key(catalog.KindPrimaryKey,tb,fmt.Sprintf("k%d",i),1); if i%10==0 {h.view("A",fmt.Sprintf("V%d",i),tb)}; if i%7==0 { f := h.function("A",fmt.Sprintf("F%d",i),"sql"); f.Body="SELECT \"T5\" FROM x" } }
 return h }
 h := mk()
 s:=time.Now(); p := h.plan(t, everything()); t.Log(n, "fresh", time.Since(s), len(p.Actions))
 cfg := everything(); cfg.Mapping.Names=config.NamesLower
 s=time.Now(); p = h.plan(t, cfg); t.Log("lower", time.Since(s), len(p.Actions))
 }
}
