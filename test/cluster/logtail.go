package cluster

import (
	"bytes"
	"os"
)

const (
	tailBytes = 8 << 10
	tailLines = 15
)

// logTail returns the last lines of a file, or why there are none.
func logTail(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return err.Error()
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err.Error()
	}
	size := min(info.Size(), tailBytes)
	data := make([]byte, size)
	n, _ := f.ReadAt(data, info.Size()-size)
	lines := bytes.Split(bytes.TrimSpace(data[:n]), []byte("\n"))
	if len(lines) > tailLines {
		lines = lines[len(lines)-tailLines:]
	}
	return string(bytes.Join(lines, []byte("\n")))
}
