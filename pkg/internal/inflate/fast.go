package inflate

import "encoding/binary"

const (
	// ahead is how much of the input one round of fast may look at.
	ahead = 32
	// lengthNeeds and distanceNeeds are how many bits a length and a distance can have:
	// their codes, and 5 and 13 extra bits.
	lengthNeeds   = maxCode + 5
	distanceNeeds = maxCode + 13
)

// fast unpacks symbols until the window is full or the input near its end. It stops earlier
// before anything that is neither literal nor match, and leaves that to careful.
func (r *Reader) fast() {
	in, out, lits, dists := r.in, &r.out, &r.lits, &r.dists
	b, w, first := r.b, r.w, r.first
rounds:
	for w < full && b.pos < len(in)-ahead {
		b = b.refill(in)
		e := lits[b.low(litBits)]
		for e&isLiteral != 0 {
			w += putLiterals(out, w, e)
			b = b.skip(e.take())
			if b.have < lengthNeeds {
				continue rounds
			}
			e = lits[b.low(litBits)]
		}
		if e&isLink != 0 {
			e = lits[e.linked(b, litBits)]
			if e&isLiteral != 0 {
				w += putLiterals(out, w, e)
				b = b.skip(e.take())
				continue
			}
		}
		if e&isSpecial != 0 {
			break
		}
		n, match := e.value(b), b.skip(e.take())
		if match.have < distanceNeeds {
			match = match.refill(in)
		}
		e = dists[match.low(distBits)]
		if e&isLink != 0 {
			e = dists[e.linked(match, distBits)]
		}
		distance := e.value(match)
		if e&isSpecial != 0 || distance > w-first {
			break
		}
		b = match.skip(e.take())
		copyMatch(out, w, distance, n)
		w += n
	}
	r.b, r.w = b, w
}

// putLiterals writes the literal or the two literals of e, and tells how many those are.
func putLiterals(out *[full + room]byte, w int, e entry) int {
	binary.LittleEndian.PutUint16(out[w:w+2], uint16(e>>payload))
	return 1 + int(e>>pairShift&1)
}

// copyMatch writes n bytes that are those from distance bytes before on, and may write up
// to seven more behind them. A match may overlap what it makes.
func copyMatch(out *[full + room]byte, w, distance, n int) {
	if distance < 8 {
		for i := w; i < w+n; i++ {
			out[i] = out[i-distance]
		}
		return
	}
	from := w - distance
	for end := w + n; w < end; w, from = w+8, from+8 {
		binary.LittleEndian.PutUint64(out[w:w+8], binary.LittleEndian.Uint64(out[from:from+8]))
	}
}
