package inflate

import "encoding/binary"

// bitReader reads the input bit by bit, lowest first: RFC 1951, section 3.1.1. It is small and
// passed by value, so that the compiler keeps it in registers.
type bitReader struct {
	bits uint64 // the next bits; beyond have, they are those that follow, or zero
	have uint   // how many of them count: at most 63
	pos  int    // in the input, of the first byte of which no bit counts
}

// refill makes 56 bits count, or more. There must be eight more bytes. All of them are put
// behind the bits that count, and those that fit in whole count from now on; the others
// will be put to the same place again.
func (b bitReader) refill(in []byte) bitReader {
	b.bits |= binary.LittleEndian.Uint64(in[b.pos:]) << (b.have & 63)
	b.pos += int(63-b.have) >> 3
	b.have |= 56
	return b
}

// refillToEnd is refill where the input may end.
func (b bitReader) refillToEnd(in []byte) bitReader {
	if len(in)-b.pos >= 8 {
		return b.refill(in)
	}
	for b.have < 56 && b.pos < len(in) {
		b.bits |= uint64(in[b.pos]) << (b.have & 63)
		b.pos++
		b.have += 8
	}
	return b
}

// low is the value of the next n bits.
func (b bitReader) low(n uint) int { return int(b.bits & (1<<(n&63) - 1)) }

// skip consumes n bits, which must count.
func (b bitReader) skip(n uint) bitReader {
	b.bits >>= n & 63
	b.have -= n
	return b
}

// align drops what is left of a byte that has begun, and gives back the bytes after it.
func (b bitReader) align() bitReader { return bitReader{pos: b.pos - int(b.have>>3)} }
