package dump

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkRecords reads a dump of a hundred records of 84 KB each, as those of
// charts of some size are.
func BenchmarkRecords(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	c := &cast{}
	for i := range 100 {
		files := make([]byte, 47_000)
		for j := range files {
			files[j] = byte(random.Uint32())
		}
		text := fmt.Sprintf(`{"name":"r%d","namespace":"shop","version":1,"info":{"status":"deployed"},"chart":{"files":%q},"hooks":[]}`, i, fmt.Sprintf("%x", files))
		c.stored("Secret", "shop", fmt.Sprintf("r%d", i), 1, pack([]byte(text)))
	}
	text := jsonOf(b, listOf(c.objects))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if s := mustOpen(b, text); len(s.Records) != 100 {
			b.Fatalf("%d records", len(s.Records))
		}
	}
}
