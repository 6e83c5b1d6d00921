package inflate_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/internal/inflate"
)

// texts are texts of all kinds that matter to a compressor.
func texts() map[string][]byte {
	random := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 200_000)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	far := append(append(bytes.Clone(noise[:300]), bytes.Repeat([]byte("-"), 32<<10-300)...), noise[:300]...)
	m := map[string][]byte{
		"nothing": nil, "a byte": []byte("a"), "a word": []byte("hello"), "noise": noise, "a distance of 32768": far,
		"a run": bytes.Repeat([]byte("a"), 500_000), "zeros": make([]byte, 98_304), "a record": record(),
		"a record after noise": append(bytes.Clone(noise[:70_000]), record()...),
	}
	for _, n := range []int{2, 3, 5, 7, 8, 9, 15, 16, 17, 258, 4095} {
		m[fmt.Sprintf("a period of %d", n)] = bytes.Repeat(noise[:n], 150_000/n)
	}
	for _, n := range []int{32 << 10, 64 << 10, 96 << 10} { // where windows end
		for d := -1; d <= 1; d++ {
			m[fmt.Sprintf("%d bytes", n+d)] = bytes.Repeat([]byte("abcdefg"), n)[:n+d]
			m[fmt.Sprintf("%d bytes of noise", n+d)] = noise[:n+d]
		}
	}
	return m
}

func TestWhatCompressorsWrite(t *testing.T) {
	r := inflate.NewReader()
	for name, text := range texts() {
		for _, level := range []int{gzip.HuffmanOnly, gzip.NoCompression, gzip.BestSpeed, 5, gzip.BestCompression} {
			name := fmt.Sprintf("%s at level %d", name, level)
			got, err := unpack(r, compress(t, text, level))
			if err != nil || !bytes.Equal(got, text) {
				t.Errorf("%s: %d bytes, %v; want %d", name, len(got), err, len(text))
			}
		}
	}
}

// streams are short members and series of them that are right.
func streams(t *testing.T) map[string][]byte {
	small := record()[:1000]
	hello := compress(t, []byte("hello"), gzip.BestCompression)
	empty := compress(t, nil, gzip.BestCompression)
	var flushed bytes.Buffer
	w := gzip.NewWriter(&flushed)
	w.Extra, w.Name, w.Comment = []byte("extra"), "name", "comment"
	for _, part := range []string{"some", "some more", "", strings.Repeat("more ", 50)} {
		if _, err := io.WriteString(w, part); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"own codes": compress(t, small, gzip.BestCompression), "Huffman only": compress(t, small, gzip.HuffmanOnly),
		"stored": compress(t, small[:300], gzip.NoCompression), "fixed codes": hello, "nothing": empty,
		"flushed, with all of a header": flushed.Bytes(),
		"a series":                      bytes.Join([][]byte{hello, empty, empty, compress(t, small[:500], 9), hello}, nil),
		"made by hand":                  member(longCodes()), "one distance": member(oneDistance(1)),
	}
}

func TestEveryCut(t *testing.T) {
	r := inflate.NewReader()
	for name, zip := range streams(t) {
		if !compare(t, name, r, zip) {
			t.Errorf("%s: not a right stream", name)
		}
		for i := range zip {
			compare(t, fmt.Sprintf("%s, cut at %d", name, i), r, zip[:i])
			_, err := unpack(r, zip[:i])
			if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%s, cut at %d: error is %v, want %v", name, i, err, io.ErrUnexpectedEOF)
			}
		}
	}
}

func TestEveryFlippedBit(t *testing.T) {
	r := inflate.NewReader()
	for name, zip := range streams(t) {
		for i := range 8 * len(zip) {
			broken := bytes.Clone(zip)
			broken[i/8] ^= 1 << (i % 8)
			compare(t, fmt.Sprintf("%s, bit %d", name, i), r, broken)
		}
	}
}

// The same with a trailer that is right for what the broken blocks make, if they make anything.
func TestEveryFlippedBitWithoutChecksum(t *testing.T) {
	r := inflate.NewReader()
	for name, zip := range map[string][]byte{
		"own codes": compress(t, record()[:400], gzip.BestCompression), "fixed codes": compress(t, []byte("hello hello hello"), 9),
		"made by hand": member(longCodes()),
	} {
		right := 0
		for i := range 8 * (len(zip) - len(plainHeader)) {
			broken := bytes.Clone(zip[len(plainHeader):])
			broken[i/8] ^= 1 << (i % 8)
			if compare(t, fmt.Sprintf("%s, bit %d", name, i), r, member(broken)) {
				right++
			}
		}
		if right == 0 {
			t.Errorf("%s: with no bit flipped there are right blocks: this tests nothing", name)
		}
	}
}

func TestWhatFollowsTheEnd(t *testing.T) {
	r := inflate.NewReader()
	hello := string(compress(t, []byte("hello"), gzip.BestCompression))
	for _, tt := range []struct {
		name, zip string
		want      error
	}{
		{"nothing at all", "", nil},
		{"nothing", hello, nil},
		{"zeros", hello + strings.Repeat("\x00", 10), gzip.ErrHeader},
		{"few zeros", hello + "\x00", io.ErrUnexpectedEOF},
		{"text", hello + "hello hello", gzip.ErrHeader},
		{"the start of a header", hello + hello[:9], io.ErrUnexpectedEOF},
		{"a header", hello + hello[:10], io.ErrUnexpectedEOF},
		{"one more", hello + hello, nil},
		{"a match across members", hello + string(member(oneDistance(0))), errCorrupt},
		{"a wrong checksum", hello[:len(hello)-8] + "\x00" + hello[len(hello)-7:], gzip.ErrChecksum},
		{"a wrong length", hello[:len(hello)-1] + "\x01", gzip.ErrChecksum},
		{"a wrong checksum before more", hello[:len(hello)-8] + "\x00" + hello[len(hello)-7:] + hello, gzip.ErrChecksum},
	} {
		compare(t, tt.name, r, []byte(tt.zip))
		if _, err := unpack(r, []byte(tt.zip)); !isError(err, tt.want) {
			t.Errorf("%s: error is %v, want %v", tt.name, err, tt.want)
		}
		if window, err := r.Next(); window != nil || err == nil {
			t.Errorf("%s: after the end comes %q, %v", tt.name, window, err)
		}
	}
}

func TestHeaders(t *testing.T) {
	r := inflate.NewReader()
	blocks := string(compress(t, []byte("hello"), gzip.BestCompression)[len(plainHeader):])
	header := func(flags byte, rest string) string {
		return plainHeader[:3] + string(flags) + plainHeader[4:] + rest
	}
	checked := header(1<<1, "")
	for _, tt := range []struct {
		name, header string
		want         error
	}{
		{"plain", plainHeader, nil},
		{"other first bytes", "\x1f\x8c" + plainHeader[2:], gzip.ErrHeader},
		{"another method", "\x1f\x8b\x07" + plainHeader[3:], gzip.ErrHeader},
		{"text, and flags that mean nothing", plainHeader[:3] + "\xe1" + plainHeader[4:], nil},
		{"extra", header(1<<2, "\x03\x00abc"), nil},
		{"empty extra", header(1<<2, "\x00\x00"), nil},
		{"more extra than there is", header(1<<2, "\xff\xff"), io.ErrUnexpectedEOF},
		{"a name", header(1<<3, "name\x00"), nil},
		{"a name with more than ASCII", header(1<<3, "n\xe4me\x00"), nil},
		{"a long name", header(1<<3, strings.Repeat("n", 511)+"\x00"), nil},
		{"too long a name", header(1<<3, strings.Repeat("n", 512)+"\x00"), gzip.ErrHeader},
		{"a comment", header(1<<4, "comment\x00"), nil},
		{"too long a comment", header(1<<4, strings.Repeat("c", 512)+"\x00"), gzip.ErrHeader},
		{"all", header(1<<2|1<<3|1<<4, "\x01\x00xname\x00comment\x00"), nil},
		{"its checksum", withChecksum(checked), nil},
		{"its checksum, of all", withChecksum(header(1<<1|1<<2|1<<3|1<<4, "\x01\x00xname\x00comment\x00")), nil},
		{"a wrong checksum", checked + "\x00\x00", gzip.ErrHeader},
	} {
		compare(t, tt.name, r, []byte(tt.header+blocks))
		if _, err := unpack(r, []byte(tt.header+blocks)); !isError(err, tt.want) {
			t.Errorf("%s: error is %v, want %v", tt.name, err, tt.want)
		}
		for i := range tt.header {
			compare(t, tt.name+", cut", r, []byte(tt.header[:i]))
		}
	}
}
