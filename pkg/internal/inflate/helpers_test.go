package inflate_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/internal/inflate"
)

// unpack is what r makes of a text, and oracle is what compress/gzip makes of it.
func unpack(r *inflate.Reader, zip []byte) ([]byte, error) {
	if err := r.Reset(zip); err != nil {
		return nil, noEnd(err)
	}
	var text []byte
	for {
		window, err := r.Next()
		if (err == nil) != (len(window) > 0) {
			return nil, errors.New("a window with an error, or an empty one without")
		}
		if err != nil {
			return text, noEnd(err)
		}
		text = append(text, window...)
	}
}

func oracle(zip []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(zip))
	if err != nil {
		return nil, noEnd(err)
	}
	return io.ReadAll(r)
}

func noEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// compare holds a used Reader against the oracle. What a broken text starts with is allowed
// to be handed out in part.
func compare(tb testing.TB, name string, r *inflate.Reader, zip []byte) (ok bool) {
	tb.Helper()
	got, err := unpack(r, zip)
	want, wantErr := oracle(zip)
	if (err == nil) != (wantErr == nil) {
		tb.Errorf("%s: error is %v, that of compress/gzip %v", name, err, wantErr)
		return false
	}
	if err == nil && !bytes.Equal(got, want) || !bytes.HasPrefix(got, want) && !bytes.HasPrefix(want, got) {
		tb.Errorf("%s: %d bytes that are not the %d of compress/gzip", name, len(got), len(want))
	}
	return err == nil
}

// compress packs a text with any level that compress/gzip has.
func compress(tb testing.TB, text []byte, level int) []byte {
	tb.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, level)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := w.Write(text); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// plainHeader is a member's header without anything optional.
const plainHeader = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"

// member makes gzip of DEFLATE blocks: with a right trailer if there is what it should say.
func member(blocks []byte) []byte {
	in := bytes.NewReader(blocks)
	text, err := io.ReadAll(flate.NewReader(in))
	zip := append([]byte(plainHeader), blocks[:len(blocks)-in.Len()]...)
	if err != nil {
		return zip
	}
	zip = binary.LittleEndian.AppendUint32(zip, crc32.ChecksumIEEE(text))
	return binary.LittleEndian.AppendUint32(zip, uint32(len(text)))
}
