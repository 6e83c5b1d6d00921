package inflate_test

import (
	"bytes"
	"compress/gzip"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/internal/inflate"
)

// used is a Reader that has something left of another text.
func used(tb testing.TB) *inflate.Reader {
	r := inflate.NewReader()
	if err := r.Reset(compress(tb, record(), gzip.BestCompression)); err != nil {
		tb.Fatal(err)
	}
	if _, err := r.Next(); err != nil {
		tb.Fatal(err)
	}
	return r
}

// FuzzGzip holds the Reader against compress/gzip on anything.
func FuzzGzip(f *testing.F) {
	small := record()[:1500]
	for level := gzip.HuffmanOnly; level <= gzip.BestCompression; level++ {
		f.Add(compress(f, small, level))
	}
	hello := compress(f, []byte("hello"), gzip.BestCompression)
	f.Add(append(bytes.Clone(hello), hello...))
	f.Add([]byte(withChecksum(plainHeader[:3]+"\x1e"+plainHeader[4:]+"\x01\x00xname\x00comment\x00") + string(hello[len(plainHeader):])))
	r := used(f)
	f.Fuzz(func(t *testing.T, zip []byte) {
		compare(t, "input", r, zip)
	})
}

// FuzzBlocks does so without checksums in the way: the trailer is that of whatever the blocks make.
func FuzzBlocks(f *testing.F) {
	for _, level := range []int{gzip.HuffmanOnly, gzip.NoCompression, gzip.BestSpeed, gzip.BestCompression} {
		f.Add(compress(f, record()[:1500], level)[len(plainHeader):])
	}
	f.Add(longCodes())
	f.Add(oneDistance(1))
	f.Add([]byte("\x4b\xcc\x44\x05\x00"))
	r := used(f)
	f.Fuzz(func(t *testing.T, blocks []byte) {
		compare(t, "input", r, member(blocks))
	})
}

// FuzzTexts packs texts that are long enough for several windows, and unpacks them.
func FuzzTexts(f *testing.F) {
	f.Add([]byte("abc"), uint32(50_000), uint8(9))
	f.Add(record()[:5000], uint32(7), uint8(6))
	f.Add([]byte{0}, uint32(1<<18), uint8(1))
	r := used(f)
	f.Fuzz(func(t *testing.T, part []byte, times uint32, level uint8) {
		if len(part) == 0 {
			return
		}
		text := bytes.Repeat(part, int(min(times, uint32(1<<18/len(part)))))
		for i := range text { // every repetition a little different
			if i%(3*len(part)+1) == 0 {
				text[i] += byte(i >> 8)
			}
		}
		got, err := unpack(r, compress(t, text, int(level%12)-2))
		if err != nil || !bytes.Equal(got, text) {
			t.Errorf("%d bytes, %v; want the %d bytes that were packed", len(got), err, len(text))
		}
	})
}
