package claims
import ("testing";"time")
func TestZZ(t *testing.T){
 path:=place(t,"p"); if err:=WriteParquet(path,invent(seeded(2),60),20);err!=nil {t.Fatal(err)}
 b:=mustBytes(t,path); rng:=seeded(5); bad,max:=0,uint64(0); var slow time.Duration
 for range 3000 { t0:=time.Now(); _,took,err:=readBytes(t,path,damage(rng,b),ReadOptions{}); if err!=nil {bad++}; if took>max {max=took}; if d:=time.Since(t0); d>slow {slow=d} }
 t.Log(bad,max,slow,len(b))
}
