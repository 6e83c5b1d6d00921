package inflate

import "io"

// useFixed makes the tables of the fixed codes: RFC 1951, section 3.2.6.
func (r *Reader) useFixed() {
	r.state = inSymbols
	if r.fixed {
		return
	}
	codes := &r.codes
	for i := range codes {
		switch {
		case i < 144:
			codes[i] = 8
		case i < 256:
			codes[i] = 9
		case i < 280:
			codes[i] = 7
		case i < numLitLens:
			codes[i] = 8
		default:
			codes[i] = 5
		}
	}
	build(r.lits[:], litBits, r.symbols.litLens[:], codes[:numLitLens])
	build(r.dists[:], distBits, r.symbols.dists[:], codes[numLitLens:])
	r.fixed = true
}

// readCodes reads the codes of a block that brings its own: RFC 1951, section 3.2.7.
func (r *Reader) readCodes() error {
	r.fixed, r.state = false, inSymbols
	if r.b.have < 14 {
		return io.ErrUnexpectedEOF
	}
	header := r.b.low(14)
	lits, dists, lengths := header&31+257, header>>5&31+1, header>>10+4
	r.b = r.b.skip(14)
	if lits > 286 || dists > 30 {
		return r.corrupt()
	}
	if err := r.readLengthCode(lengths); err != nil {
		return err
	}
	codes := r.codes[:lits+dists]
	if err := r.readLengths(codes); err != nil {
		return err
	}
	if !build(r.lits[:], litBits, r.symbols.litLens[:], codes[:lits]) ||
		!build(r.dists[:], distBits, r.symbols.dists[:], codes[lits:]) {
		return r.corrupt()
	}
	pair((*[1 << litBits]entry)(r.lits[:]))
	return nil
}

// readLengthCode reads the code of the code lengths. Its table is that of distances, which
// is made later.
func (r *Reader) readLengthCode(n int) error {
	order := [numLengths]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
	var lengths [numLengths]uint8
	for _, symbol := range order[:n] {
		if r.b.have < 3 {
			if r.b = r.b.refillToEnd(r.in); r.b.have < 3 {
				return io.ErrUnexpectedEOF
			}
		}
		lengths[symbol] = uint8(r.b.low(3))
		r.b = r.b.skip(3)
	}
	if !build(r.dists[:], lengthBits, r.symbols.lengths[:], lengths[:]) {
		return r.corrupt()
	}
	return nil
}

// readLengths reads code lengths: of literals and lengths first, then of distances. A
// repetition may reach from the ones into the others.
func (r *Reader) readLengths(codes []uint8) error {
	for i := 0; i < len(codes); {
		r.b = r.b.refillToEnd(r.in)
		e := r.dists[r.b.low(lengthBits)]
		if e.take() > r.b.have {
			return io.ErrUnexpectedEOF
		}
		if e&isSpecial != 0 {
			return r.corrupt()
		}
		r.b = r.b.skip(e.take())
		symbol := uint8(e >> payload)
		if symbol < 16 {
			codes[i] = symbol
			i++
			continue
		}
		n, err := r.repeat(symbol)
		if err != nil {
			return err
		}
		if n > len(codes)-i || symbol == 16 && i == 0 {
			return r.corrupt()
		}
		var length uint8
		if symbol == 16 {
			length = codes[i-1]
		}
		for range n {
			codes[i] = length
			i++
		}
	}
	return nil
}

// repeat is how many times a symbol above 15 repeats a length.
func (r *Reader) repeat(symbol uint8) (int, error) {
	least, extra := 3, uint(2)
	switch symbol {
	case 17:
		extra = 3
	case 18:
		least, extra = 11, 7
	}
	if r.b.have < extra {
		return 0, io.ErrUnexpectedEOF
	}
	n := least + r.b.low(extra)
	r.b = r.b.skip(extra)
	return n, nil
}
