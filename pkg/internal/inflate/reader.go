package inflate

import (
	"hash/crc32"
	"io"
)

const (
	// history is how far back a match may reach.
	history = 32 << 10
	// full is where a window ends, and room is what may be written behind that before
	// anybody looks: 63 literals of a bit each, the longest match, and a word in part.
	full = history + 64<<10
	room = 63 + 258 + 8
)

// Reader unpacks one text after another. It keeps its memory, some 125 KB.
type Reader struct {
	in []byte
	b  bitReader

	out   [full + room]byte
	w     int // where the next byte goes
	first int // of the member that is unpacked

	crc  uint32 // of the member
	size uint32
	err  error

	state  state
	final  bool // this block is the member's last
	stored int  // bytes of a stored block yet to copy

	symbols *symbols
	lits    [litTable]entry
	dists   [distTable]entry
	fixed   bool // lits and dists are those of RFC 1951, section 3.2.6
	codes   [numLitLens + numDists]uint8
}

// state is what comes next in the input.
type state uint8

const (
	atBlock state = iota
	inStored
	inSymbols
	atTrailer
)

// NewReader returns a Reader that has nothing to unpack.
func NewReader() *Reader { return &Reader{symbols: newSymbols(), err: io.EOF} }

// Reset starts to unpack in, which must not change until that is done. It fails if in does
// not start like gzip, with io.EOF if it is empty.
func (r *Reader) Reset(in []byte) error {
	r.in, r.b, r.w = in, bitReader{}, 0
	r.err = r.header()
	return r.err
}

// Next returns what is unpacked next, which is something unless there is an error, and
// valid until the next call. The error is io.EOF only after all checksums were found right.
func (r *Reader) Next() ([]byte, error) {
	for r.err == nil {
		r.slide()
		start := r.w
		r.err = r.blocks()
		window := r.out[start:r.w]
		r.crc = crc32.Update(r.crc, crc32.IEEETable, window)
		r.size += uint32(len(window))
		if r.err == nil && r.state == atTrailer {
			if r.err = r.trailer(); r.err == nil {
				r.err = r.header() // a series of members is one text (RFC 1952, section 2.2)
			}
		}
		if len(window) > 0 {
			return window, nil
		}
	}
	return nil, r.err
}

// slide makes room once the window is full.
func (r *Reader) slide() {
	if r.w < full {
		return
	}
	shift := r.w - history
	copy(r.out[:history], r.out[shift:r.w])
	r.first = max(0, r.first-shift)
	r.w = history
}

// blocks unpacks until the window is full or the member's blocks end.
func (r *Reader) blocks() error {
	for r.w < full {
		var err error
		switch r.state {
		case atBlock:
			err = r.block()
		case inStored:
			err = r.copyStored()
		case inSymbols:
			r.fast()
			err = r.careful()
		case atTrailer:
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}
