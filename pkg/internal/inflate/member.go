package inflate

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"hash/crc32"
	"io"
)

// The flags of a member's header: RFC 1952, section 2.3.1. Others are ignored, as
// compress/gzip does.
const (
	hasHeaderCRC = 1 << 1
	hasExtra     = 1 << 2
	hasName      = 1 << 3
	hasComment   = 1 << 4
)

const (
	headerSize  = 10
	trailerSize = 8
	// maxText is how long compress/gzip lets a name or comment be, its zero included.
	maxText = 512
)

// header reads a member's header. It returns io.EOF if there is no more member.
func (r *Reader) header() error {
	in := r.in[r.b.pos:]
	if len(in) == 0 {
		return io.EOF
	}
	if len(in) < headerSize {
		return io.ErrUnexpectedEOF
	}
	if in[0] != 0x1f || in[1] != 0x8b || in[2] != 8 {
		return gzip.ErrHeader
	}
	n, err := headerLen(in)
	if err != nil {
		return err
	}
	r.b.pos += n
	r.state = atBlock
	r.first, r.crc, r.size = r.w, 0, 0
	return nil
}

// headerLen is the length of the header that in starts with.
func headerLen(in []byte) (int, error) {
	flags, n := in[3], headerSize
	if flags&hasExtra != 0 {
		if len(in) < n+2 {
			return 0, io.ErrUnexpectedEOF
		}
		n += 2 + int(binary.LittleEndian.Uint16(in[n:]))
		if len(in) < n {
			return 0, io.ErrUnexpectedEOF
		}
	}
	for _, flag := range []byte{hasName, hasComment} {
		if flags&flag == 0 {
			continue
		}
		text := in[n:min(n+maxText, len(in))]
		end := bytes.IndexByte(text, 0)
		switch {
		case end >= 0:
			n += end + 1
		case len(text) == maxText:
			return 0, gzip.ErrHeader
		default:
			return 0, io.ErrUnexpectedEOF
		}
	}
	if flags&hasHeaderCRC != 0 {
		if len(in) < n+2 {
			return 0, io.ErrUnexpectedEOF
		}
		if binary.LittleEndian.Uint16(in[n:]) != uint16(crc32.ChecksumIEEE(in[:n])) {
			return 0, gzip.ErrHeader
		}
		n += 2
	}
	return n, nil
}

// trailer checks what was unpacked against the member's checksum and length.
func (r *Reader) trailer() error {
	r.b = r.b.align()
	in := r.in[r.b.pos:]
	if len(in) < trailerSize {
		return io.ErrUnexpectedEOF
	}
	if binary.LittleEndian.Uint32(in) != r.crc || binary.LittleEndian.Uint32(in[4:]) != r.size {
		return gzip.ErrChecksum
	}
	r.b.pos += trailerSize
	return nil
}
