package inflate_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/internal/inflate"
)

// record is a text as Helm's records are: 300 KB, most of it a chart's files in base64.
func record() []byte {
	random := rand.New(rand.NewPCG(3, 4))
	words := make([]string, 3000)
	for i := range words {
		word := make([]byte, 3+random.IntN(7))
		for k := range word {
			word[k] = "etaoinshrdlucmfw"[random.IntN(16)]
		}
		words[i] = string(word)
	}
	word := func() string { return words[random.IntN(len(words))] }
	var text, manifest bytes.Buffer
	text.WriteString(`{"name":"blog","chart":{"templates":[`)
	for i := range 50 {
		var file strings.Builder
		for file.Len() < 3500 {
			fmt.Fprintf(&file, "%*s%s: {{ .Values.%s.%s | quote }}\n", 2*random.IntN(5), "", word(), word(), word())
			fmt.Fprintf(&manifest, `%*s%s: \"%s\"\n`, 2*random.IntN(5), "", word(), word())
		}
		fmt.Fprintf(&text, `{"name":"templates/part-%d.yaml","data":"%s"},`, i, base64.StdEncoding.EncodeToString([]byte(file.String())))
	}
	fmt.Fprintf(&text, `{}]},"manifest":"%s","version":1,"namespace":"shop"}`, manifest.Bytes())
	return text.Bytes()
}

func BenchmarkRecord(b *testing.B) {
	text := record()
	zip := compress(b, text, gzip.BestCompression) // as Helm does
	b.Run("inflate", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		r := inflate.NewReader()
		for b.Loop() {
			if err := r.Reset(zip); err != nil {
				b.Fatal(err)
			}
			drain(b, r)
		}
	})
	b.Run("gzip", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		r, window := new(gzip.Reader), make([]byte, 32<<10)
		for b.Loop() {
			if err := r.Reset(bytes.NewReader(zip)); err != nil {
				b.Fatal(err)
			}
			if _, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, r, window); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// drain unpacks to the end, and returns how long the longest window was.
func drain(tb testing.TB, r *inflate.Reader) (longest int) {
	tb.Helper()
	for {
		window, err := r.Next()
		longest = max(longest, len(window))
		if errors.Is(err, io.EOF) {
			return longest
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
}

// Memory does not depend on what a text expands to: a Reader has all that it needs.
func TestNothingIsAllocated(t *testing.T) {
	r := inflate.NewReader()
	for name, zip := range map[string][]byte{
		"a record": compress(t, record(), gzip.BestCompression),
		"a bomb":   compress(t, make([]byte, 16<<20), gzip.BestCompression),
	} {
		longest := 0
		allocs := testing.AllocsPerRun(3, func() {
			if err := r.Reset(zip); err != nil {
				t.Fatal(err)
			}
			longest = drain(t, r)
		})
		if allocs != 0 {
			t.Errorf("%s takes %v allocations, want none", name, allocs)
		}
		if longest > 128<<10 {
			t.Errorf("%s comes in windows of %d bytes", name, longest)
		}
	}
}
