package dump

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// sniffed is how much of a file tells what it is.
const sniffed = 4 << 10

var errEmpty = errors.New("it is empty: did the command that wrote it fail?")

// readText finds out what a text is, and reads it.
func readText(r io.Reader, c *collector) error {
	in := bufio.NewReaderSize(r, 64<<10)
	head, err := in.Peek(sniffed)
	if len(head) == 0 && err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if err := notText(head); err != nil {
		return err
	}
	if bom := []byte("\xef\xbb\xbf"); bytes.HasPrefix(head, bom) {
		if _, err := in.Discard(len(bom)); err != nil {
			return err
		}
	}
	first, err := firstByte(in)
	switch {
	case errors.Is(err, io.EOF):
		return errEmpty
	case err != nil:
		return err
	case first == '{' || first == '[':
		return readJSON(in, c)
	default:
		return readYAML(in, c)
	}
}

// notText recognizes what people mistake for a dump.
func notText(head []byte) error {
	for _, packed := range []struct{ magic, name, tool string }{
		{"\x1f\x8b", "gzip", "gunzip"},
		{"\x28\xb5\x2f\xfd", "zstd", "unzstd"},
		{"\xfd7zXZ", "xz", "unxz"},
		{"BZh", "bzip2", "bunzip2"},
		{"PK\x03\x04", "zip", "unzip"},
	} {
		if bytes.HasPrefix(head, []byte(packed.magic)) {
			return fmt.Errorf("it is compressed (%s): %s it first", packed.name, packed.tool)
		}
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return errors.New("it is UTF-16: convert it to UTF-8 first (PowerShell: | Out-File -Encoding utf8)")
	case bytes.IndexByte(head, 0) >= 0:
		return errors.New("it is neither JSON nor YAML, but binary")
	}
	return nil
}

// firstByte is the first that is no white space, which it leaves where it is:
// indentation means something in YAML.
func firstByte(in *bufio.Reader) (byte, error) {
	for {
		head, err := in.Peek(sniffed)
		if rest := bytes.TrimLeft(head, " \t\r\n"); len(rest) > 0 {
			return rest[0], nil
		}
		if err != nil {
			return 0, err
		}
		if _, err := in.Discard(len(head)); err != nil {
			return 0, err
		}
	}
}
