package inflate

import "io"

// careful unpacks symbols one by one where the input may end, until the window is full or
// the block ends. It is slow, and says what is wrong.
func (r *Reader) careful() error {
	for r.w < full {
		r.b = r.b.refillToEnd(r.in)
		e, err := r.symbol(r.lits[:], litBits)
		if err != nil {
			return err
		}
		at := r.b
		r.b = at.skip(e.take())
		switch {
		case e&isLiteral != 0:
			r.w += putLiterals(&r.out, r.w, e)
		case e&isSpecial == 0:
			if err := r.match(e.value(at)); err != nil {
				return err
			}
		case e&isEnd != 0:
			r.endBlock()
			return nil
		default:
			return r.corrupt()
		}
	}
	return nil
}

// symbol looks up the next code, and makes sure that the input holds all of its bits.
func (r *Reader) symbol(table []entry, width uint) (entry, error) {
	e := table[r.b.low(width)]
	if e&isLink != 0 {
		e = table[e.linked(r.b, width)]
	}
	if e.take() > r.b.have {
		return 0, io.ErrUnexpectedEOF
	}
	return e, nil
}

// match reads the distance of a match of n bytes, and copies it.
func (r *Reader) match(n int) error {
	r.b = r.b.refillToEnd(r.in)
	e, err := r.symbol(r.dists[:], distBits)
	if err != nil {
		return err
	}
	distance := e.value(r.b)
	if e&isSpecial != 0 || distance > r.w-r.first {
		return r.corrupt()
	}
	r.b = r.b.skip(e.take())
	copyMatch(&r.out, r.w, distance, n)
	r.w += n
	return nil
}
