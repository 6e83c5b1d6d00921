package inflate

import (
	"compress/flate"
	"encoding/binary"
	"io"
)

// corrupt is the error for what no compressor writes.
func (r *Reader) corrupt() error { return flate.CorruptInputError(r.b.pos) }

// endBlock says what comes after a block.
func (r *Reader) endBlock() {
	r.state = atBlock
	if r.final {
		r.state = atTrailer
	}
}

// block reads a block's header: RFC 1951, section 3.2.3.
func (r *Reader) block() error {
	r.b = r.b.refillToEnd(r.in)
	if r.b.have < 3 {
		return io.ErrUnexpectedEOF
	}
	header := r.b.low(3)
	r.b = r.b.skip(3)
	r.final = header&1 == 1
	switch header >> 1 {
	case 0:
		return r.startStored()
	case 1:
		r.useFixed()
		return nil
	case 2:
		return r.readCodes()
	default:
		return r.corrupt()
	}
}

// startStored reads the lengths of a stored block: RFC 1951, section 3.2.4.
func (r *Reader) startStored() error {
	r.b = r.b.align()
	if len(r.in)-r.b.pos < 4 {
		return io.ErrUnexpectedEOF
	}
	n, inverted := binary.LittleEndian.Uint16(r.in[r.b.pos:]), binary.LittleEndian.Uint16(r.in[r.b.pos+2:])
	if n != ^inverted {
		return r.corrupt()
	}
	r.b.pos += 4
	r.stored, r.state = int(n), inStored
	return nil
}

func (r *Reader) copyStored() error {
	n := min(r.stored, full-r.w)
	n = copy(r.out[r.w:r.w+n], r.in[r.b.pos:])
	r.b.pos += n
	r.w += n
	r.stored -= n
	switch {
	case r.stored == 0:
		r.endBlock()
	case r.b.pos == len(r.in):
		return io.ErrUnexpectedEOF
	}
	return nil
}
