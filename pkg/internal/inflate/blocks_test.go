package inflate_test

import (
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/internal/inflate"
)

// errCorrupt stands for any flate.CorruptInputError.
var errCorrupt = errors.New("corrupt")

func isError(err, want error) bool {
	var corrupt flate.CorruptInputError
	if errors.Is(want, errCorrupt) {
		return errors.As(err, &corrupt)
	}
	return errors.Is(err, want)
}

// withChecksum adds a header's checksum.
func withChecksum(header string) string {
	return string(binary.LittleEndian.AppendUint16([]byte(header), uint16(crc32.ChecksumIEEE([]byte(header)))))
}

// longCodes is a block with codes of up to 15 bits: for literals, lengths, the end of the
// block, and distances.
func longCodes() []byte {
	w := new(bitWriter)
	lits, dists := w.dynamic(true,
		steep(286, 'a', 'b', 'c', 257, 'd', 'e', 'f', 'g', 'h', 'i', 'j', 285, 'k', 264, 256, 'l'),
		steep(30, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))
	for range 40 {
		for _, symbol := range []int{'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'a', 'a', 'b'} {
			w.symbol(lits, symbol)
		}
	}
	for _, length := range []int{257, 264, 285} {
		for dist := range 16 {
			w.symbol(lits, length)
			w.symbol(dists, dist)
			w.bits(dist, max(0, dist/2-1))
			w.symbol(lits, 'l')
		}
	}
	w.symbol(lits, 256)
	return w.out
}

// oneDistance is a block whose only distance has a code of one bit. It is 1, and there are so
// many bytes before the match.
func oneDistance(before int) []byte {
	w := new(bitWriter)
	lits, _ := w.dynamic(true, lengthsOf(286, map[int]int{'a': 1, 256: 2, 285: 2}), []int{1})
	for range before {
		w.symbol(lits, 'a')
	}
	w.symbol(lits, 285)
	w.bits(0, 1)
	w.symbol(lits, 256)
	return w.out
}

func TestBlocksThatNoCompressorWrites(t *testing.T) {
	block := func(lits, dists []int, write func(w *bitWriter, lits code)) []byte {
		w := new(bitWriter)
		litCode, _ := w.dynamic(true, lits, dists)
		write(w, litCode)
		w.bits(0, 400) // else all that breaks would be cut
		return w.out
	}
	fixed := func(bits ...int) []byte { // pairs of a value and how many bits it has, highest first
		w := new(bitWriter)
		w.bits(1|1<<1, 3)
		for i := 0; i < len(bits); i += 2 {
			for k := bits[i+1] - 1; k >= 0; k-- {
				w.bits(bits[i]>>k, 1)
			}
		}
		w.bits(0, 400)
		return w.out
	}
	end := func(w *bitWriter, lits code) { w.symbol(lits, 256) }
	matchThenEnd := func(dist int) func(w *bitWriter, lits code) {
		return func(w *bitWriter, lits code) {
			w.symbol(lits, 'a')
			w.symbol(lits, 257)
			w.bits(dist, 1)
			end(w, lits)
		}
	}
	usual := lengthsOf(258, map[int]int{'a': 1, 256: 2, 257: 2})
	for _, tt := range []struct {
		name   string
		blocks []byte
		want   error
	}{
		{"codes of 15 bits", longCodes(), nil},
		{"a match", oneDistance(1), nil},
		{"a match before the start", oneDistance(0), errCorrupt},
		{"only an end, of one bit", block(lengthsOf(257, map[int]int{256: 1}), []int{0}, end), nil},
		{"only an end, of two bits", block(lengthsOf(257, map[int]int{256: 2}), []int{0}, end), errCorrupt},
		{"no code at all", block(flat(257, 0), []int{0}, end), errCorrupt},
		{"no end", block(lengthsOf(257, map[int]int{'a': 1, 'b': 1}), []int{0}, func(w *bitWriter, lits code) {}), errors.New("unexpected EOF")},
		{"the only literal's other bit", block(lengthsOf(257, map[int]int{'a': 1}), []int{0}, func(w *bitWriter, lits code) { w.bits(1, 1) }), errCorrupt},
		{"no distances, and no match", block(usual, []int{0}, end), nil},
		{"no distances, and a match", block(usual, []int{0}, matchThenEnd(0)), errCorrupt},
		{"one distance", block(usual, []int{1}, matchThenEnd(0)), nil},
		{"one distance's other bit", block(usual, []int{1}, matchThenEnd(1)), errCorrupt},
		{"one distance of two bits", block(usual, []int{2}, end), errCorrupt},
		{"distances that leave bits unused", block(usual, []int{1, 2}, end), errCorrupt},
		{"too many distances", block(usual, []int{1, 1, 1}, end), errCorrupt},
		{"literals that leave bits unused", block(lengthsOf(257, map[int]int{'a': 2, 256: 2}), []int{0}, end), errCorrupt},
		{"too many literals", block(lengthsOf(257, map[int]int{'a': 1, 'b': 1, 256: 1}), []int{0}, end), errCorrupt},
		{"287 literals and lengths", block(flat(287, 0), []int{0}, end), errCorrupt},
		{"31 distances", block(usual, flat(31, 0), end), errCorrupt},
		{"fixed codes", fixed(0x30+'a', 8, 1, 7, 0, 5, 0, 7), nil},
		{"fixed codes with length 286", fixed(0x30+'a', 8, 0xc6, 8, 0, 5, 0, 7), errCorrupt},
		{"fixed codes with distance 30", fixed(0x30+'a', 8, 1, 7, 30, 5, 0, 7), errCorrupt},
		{"fixed codes with a distance too far", fixed(0x30+'a', 8, 1, 7, 1, 5, 0, 7), errCorrupt},
		{"a kind that there is not", append([]byte{7}, make([]byte, 40)...), errCorrupt},
		{"stored, nothing", []byte{1, 0, 0, 0xff, 0xff}, nil},
		{"stored, with bits before that mean nothing", []byte{0xf9, 1, 0, 0xfe, 0xff, 'a'}, nil},
		{"stored, with a wrong length", []byte{1, 1, 0, 0xff, 0xff, 'a'}, errCorrupt},
	} {
		r := inflate.NewReader()
		zip := member(tt.blocks)
		compare(t, tt.name, r, zip)
		_, err := unpack(r, zip)
		if !isError(err, tt.want) && (tt.want == nil || err == nil || err.Error() != tt.want.Error()) {
			t.Errorf("%s: error is %v, want %v", tt.name, err, tt.want)
		}
	}
}

// Any distance, any length, wherever the window stands, and however few bits are at hand.
func TestAllDistancesAndLengths(t *testing.T) {
	lits, short := flat(286, 8), flat(30, 5)
	for i := range 30 { // 256 codes of 8 bits are 286 when 60 of them are of 9
		lits[i], lits[30+i] = 9, 9
	}
	short[0], short[1] = 4, 4
	// The farthest have the longest codes and 13 more bits: 28, the most there can be.
	long := steep(30, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29)
	for name, distances := range map[string][]int{"short codes": short, "long codes": long} {
		w := new(bitWriter)
		litCode, distCode := w.dynamic(true, lits, distances)
		random := rand.New(rand.NewPCG(5, 6))
		for range 33_000 {
			w.symbol(litCode, random.IntN(256))
		}
		for i := range 12 * 29 * 30 {
			length, dist := 257+i/30%29, i%30
			if distances[dist] == 0 {
				continue
			}
			for range random.IntN(6) {
				w.symbol(litCode, random.IntN(256))
			}
			w.symbol(litCode, length)
			w.bits(int(random.Uint32()), lengthExtra(length))
			w.symbol(distCode, dist)
			w.bits(int(random.Uint32()), max(0, dist/2-1))
		}
		w.symbol(litCode, 256)
		if !compare(t, name, inflate.NewReader(), member(w.out)) {
			t.Error("the test's block is not right")
		}
	}
}

func lengthExtra(symbol int) int {
	if symbol == 285 {
		return 0
	}
	return max(0, (symbol-261)/4)
}

// Codes of any shape: complete, almost so, and not at all.
func TestRandomCodes(t *testing.T) {
	r := inflate.NewReader()
	random := rand.New(rand.NewPCG(7, 8))
	right := 0
	const rounds = 1000
	for i := range rounds {
		lits, dists := randomLengths(random, 257+random.IntN(30)), randomLengths(random, 1+random.IntN(30))
		if random.IntN(5) == 0 {
			lits[random.IntN(len(lits))] = random.IntN(16)
		}
		w := new(bitWriter)
		litCode, _ := w.dynamic(true, lits, dists)
		for range 100 {
			w.bits(int(random.Uint32()), 16)
		}
		w.symbol(litCode, 256)
		if compare(t, fmt.Sprintf("code %d", i), r, member(w.out)) {
			right++
		}
	}
	if right < rounds/20 || right > rounds*19/20 {
		t.Errorf("%d of %d codes are right: this tests little", right, rounds)
	}
}

// randomLengths are those of a complete code that some of n symbols have.
func randomLengths(random *rand.Rand, n int) []int {
	leaves := []int{1, 1}
	for range random.IntN(n) {
		i := random.IntN(len(leaves))
		if leaves[i] < 15 && len(leaves) < n {
			leaves[i]++
			leaves = append(leaves, leaves[i])
		}
	}
	lengths := make([]int, n)
	if n < len(leaves) {
		return lengths
	}
	for i, symbol := range random.Perm(n)[:len(leaves)] {
		lengths[symbol] = leaves[i]
	}
	return lengths
}

// As much as can be written at once is: literals of one bit each, and then the longest match.
// Nothing may be written beyond what a window has room for.
func TestMostOutputAtTheEndOfWindows(t *testing.T) {
	r := inflate.NewReader()
	for literals := 40; literals < 68; literals += 3 {
		w := new(bitWriter)
		lits, dists := w.dynamic(true, lengthsOf(286, map[int]int{'a': 1, 256: 2, 285: 2}), lengthsOf(7, map[int]int{6: 1}))
		for range 800 {
			for range literals {
				w.symbol(lits, 'a')
			}
			w.symbol(lits, 285)
			w.symbol(dists, 6) // 9 to 12 bytes before
			w.bits(literals, 2)
		}
		w.symbol(lits, 256)
		if !compare(t, fmt.Sprintf("%d literals before each match", literals), r, member(w.out)) {
			t.Error("the test's block is not right")
		}
	}
}
