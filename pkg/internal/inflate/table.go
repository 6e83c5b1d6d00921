package inflate

import "math/bits"

const (
	maxCode = 15 // bits
	// litBits and distBits are how wide the tables are. Most codes are shorter; those that
	// are not have sub-tables behind them.
	litBits  = 11
	distBits = 8
	// A sub-table holds two codes or more, so there are at most half as many as symbols.
	litTable  = 1<<litBits + (numLitLens/2)<<(maxCode-litBits)
	distTable = 1<<distBits + (numDists/2)<<(maxCode-distBits)
	// lengthBits is how long the codes of code lengths can be.
	lengthBits = 7
)

// build fills a table that is width bits wide for the canonical Huffman code that the code
// lengths make (RFC 1951, section 3.2.2), and tells whether there is one. As zlib and
// compress/flate have it, a code must use all bits that there are, except for one without
// symbols, and for one with a single symbol of one bit.
func build(table []entry, width int, symbols []entry, lengths []uint8) bool {
	var count [maxCode + 1]int
	for _, n := range lengths {
		count[n&maxCode]++
	}
	count[0] = 0
	var start [maxCode + 2]int // in sorted, by code length
	longest, used := 0, 0
	for n := 1; n <= maxCode; n++ {
		start[n+1] = start[n] + count[n]
		if count[n] > 0 {
			longest = n
		}
		used += count[n] << (maxCode - n)
	}
	single := start[maxCode+1] == 1 && count[1] == 1
	if used != 1<<maxCode && longest != 0 && !single {
		return false
	}
	var sorted [numLitLens]uint16
	for symbol, n := range lengths {
		if n != 0 {
			sorted[start[n&maxCode]] = uint16(symbol)
			start[n&maxCode]++
		}
	}
	if longest == 0 || single {
		table[0], table[1] = noCode.withCode(1), noCode.withCode(1)
		if single {
			table[0] = symbols[sorted[0]].withCode(1)
		}
		double(table, 1, width)
		return true
	}
	fill(table, width, symbols, sorted[:start[maxCode]], &count)
	return true
}

// double repeats what is in the first 1<<from entries until there are 1<<to.
func double(table []entry, from, to int) {
	for n := from; n < to; n++ {
		copy(table[1<<n:2<<n], table[:1<<n])
	}
}

// fill enters the symbols, which are sorted by their codes. A code is in the table with its
// first bit lowest, as it comes from the input, and with all that can follow it: what is
// there of codes of n bits is repeated for the bit that comes next.
func fill(table []entry, width int, symbols []entry, sorted []uint16, count *[maxCode + 1]int) {
	code, next := 0, 0
	for n := 1; n <= width; n++ {
		code <<= 1
		for range count[n] {
			table[reverse(code, n)] = symbols[sorted[next]].withCode(n)
			code++
			next++
		}
		if n < width {
			copy(table[1<<n:2<<n], table[:1<<n])
		}
	}
	if next == len(sorted) {
		return
	}
	link(table, width, symbols, sorted[next:], count, code)
}

// link enters the symbols whose codes are longer than the table is wide: in sub-tables, one
// for each start that such codes have.
func link(table []entry, width int, symbols []entry, sorted []uint16, count *[maxCode + 1]int, code int) {
	size := 1 << (maxCode - width) // of each, as if all had the longest code
	end, prefix := 1<<width, -1
	sub := table[end:end]
	for n, next := width+1, 0; n <= maxCode; n++ {
		code <<= 1
		for range count[n] {
			if p := code >> (n - width); p != prefix {
				prefix = p
				table[reverse(prefix, width)] = isSpecial | isLink | entry(end)<<payload
				sub = table[end : end+size]
				end += size
			}
			e := symbols[sorted[next]].withCode(n)
			for i := reverse(code, n) >> width; i < len(sub); i += 1 << (n - width) {
				sub[i] = e
			}
			code++
			next++
		}
	}
}

// reverse turns a code of n bits around.
func reverse(code, n int) int { return int(bits.Reverse16(uint16(code)) >> (16 - n)) }

// pair puts a second literal into the entries of literals, where its code is in the bits
// that the table looks at.
func pair(table *[1 << litBits]entry) {
	// From the end, as the entry of what follows a code is always before that of the code.
	for i := len(table) - 1; i >= 0; i-- {
		e := table[i]
		if e&isLiteral == 0 {
			continue
		}
		next := table[(i>>(e&63))&(len(table)-1)]
		if next&isLiteral != 0 && e.take()+next.take() <= litBits {
			table[i] = e + next&0xff | isPair | next>>payload<<(payload+8)
		}
	}
}
