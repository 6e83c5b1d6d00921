package inflate_test

// bitWriter writes DEFLATE blocks that no compressor would write.
type bitWriter struct {
	out  []byte
	used int // bits of the last byte
}

// bits writes the n lowest bits of v, the lowest first.
func (w *bitWriter) bits(v, n int) {
	for i := range n {
		if w.used%8 == 0 {
			w.out = append(w.out, 0)
			w.used = 0
		}
		w.out[len(w.out)-1] |= byte(v>>i&1) << w.used
		w.used++
	}
}

// code is a canonical Huffman code: RFC 1951, section 3.2.2.
type code struct{ codes, lengths []int }

func canonical(lengths []int) code {
	c := code{codes: make([]int, len(lengths)), lengths: lengths}
	next := 0
	for n := 1; n <= 15; n++ {
		next <<= 1
		for symbol, length := range lengths {
			if length == n {
				c.codes[symbol] = next
				next++
			}
		}
	}
	return c
}

// symbol writes a symbol's code, its highest bit first.
func (w *bitWriter) symbol(c code, symbol int) {
	for i := c.lengths[symbol] - 1; i >= 0; i-- {
		w.bits(c.codes[symbol]>>i, 1)
	}
}

// dynamic writes the header of a block with these code lengths; that of the code lengths is
// 4 for each of them.
func (w *bitWriter) dynamic(final bool, lits, dists []int) (litCode, distCode code) {
	last := 0
	if final {
		last = 1
	}
	w.bits(last|2<<1, 3)
	w.bits(len(lits)-257, 5)
	w.bits(len(dists)-1, 5)
	w.bits(19-4, 4)
	for _, symbol := range []int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15} {
		if symbol < 16 {
			w.bits(4, 3)
		} else {
			w.bits(0, 3)
		}
	}
	lengths := make([]int, 16)
	for i := range lengths {
		lengths[i] = 4
	}
	lengthCode := canonical(lengths)
	for _, n := range append(append([]int(nil), lits...), dists...) {
		w.symbol(lengthCode, n)
	}
	return canonical(lits), canonical(dists)
}

// flat are n code lengths that are all the same, and of which the last may differ.
func flat(n, length int) []int {
	lengths := make([]int, n)
	for i := range lengths {
		lengths[i] = length
	}
	return lengths
}

// lengthsOf are n code lengths, of which only those given are not zero.
func lengthsOf(n int, set map[int]int) []int {
	lengths := make([]int, n)
	for symbol, length := range set {
		lengths[symbol] = length
	}
	return lengths
}

// steep are code lengths of 1, 2, 3 and on to 15, and 15 again, for the given symbols.
func steep(n int, symbols ...int) []int {
	lengths := make([]int, n)
	for i, symbol := range symbols {
		lengths[symbol] = min(i+1, 15)
	}
	return lengths
}
