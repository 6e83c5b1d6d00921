package inflate

// entry is what a Huffman table says of the next bits of the input:
//
//	bits 0-7    how many bits to consume: the code, and the extra bits behind it
//	bits 8-11   how many of them are the code
//	bits 12-15  flags
//	bits 16-31  one literal or two, the least length or distance, or where a sub-table starts
//
// The symbols of RFC 1951, section 3.2.5, are thus looked up once, and their extra bits
// are taken with the same shift.
type entry uint32

const (
	// isPair: there are two literals.
	isPair entry = 1 << pairShift
	// isSpecial: neither literals nor a length or distance, but what follows.
	isSpecial entry = 1 << 13
	// isLink: the code is longer than the table is wide, and its entry in a sub-table.
	isLink    entry = 1 << 14
	isLiteral entry = 1 << 15

	pairShift = 12
	payload   = 16

	// endOfBlock ends a block, and noCode is what means nothing.
	endOfBlock = isSpecial | isEnd
	noCode     = isSpecial
	isEnd      = 1 << payload // if isSpecial, and no isLink
)

// take is how many bits to consume.
func (e entry) take() uint { return uint(e & 0xff) }

// value is the length or distance, with the extra bits that are in b behind the code.
func (e entry) value(b bitReader) int {
	code := uint(e>>8) & 15
	return int(e>>payload) + b.low(e.take())>>code
}

// linked is where the sub-table of a table so many bits wide has the entry of the next code.
func (e entry) linked(b bitReader, width uint) int {
	return int(e>>payload) + b.skip(width).low(maxCode-width)
}

// withCode is the entry of a symbol whose code has n bits.
func (e entry) withCode(n int) entry { return e + entry(n) + entry(n)<<8 }

const (
	numLitLens = 288 // the last two only in the fixed code, where they mean nothing
	numDists   = 32  // likewise
	numLengths = 19  // the code of the code lengths
)

// symbols are the entries of all symbols, yet without their codes.
type symbols struct {
	litLens [numLitLens]entry
	dists   [numDists]entry
	lengths [numLengths]entry
}

// newSymbols makes the tables of RFC 1951, section 3.2.5.
func newSymbols() *symbols {
	s := new(symbols)
	for i := range s.litLens {
		s.litLens[i] = noCode
	}
	for i := range 256 {
		s.litLens[i] = isLiteral | entry(i)<<payload
	}
	s.litLens[256] = endOfBlock
	least := 3
	for i := 257; i < 285; i++ {
		extra := max(0, (i-261)/4)
		s.litLens[i] = entry(least)<<payload | entry(extra)
		least += 1 << extra
	}
	s.litLens[285] = 258 << payload // and not what would follow
	least = 1
	for i := range 30 {
		extra := max(0, i/2-1)
		s.dists[i] = entry(least)<<payload | entry(extra)
		least += 1 << extra
	}
	s.dists[30], s.dists[31] = noCode, noCode
	for i := range s.lengths {
		s.lengths[i] = entry(i) << payload
	}
	return s
}
