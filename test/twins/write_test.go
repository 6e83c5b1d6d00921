//go:build e2e

package twins

import (
	"math/rand/v2"
)

// writer writes lives. It guesses how they go, so that most commands make sense; those
// that do not have to fail in both twins alike.
type writer struct {
	*rand.Rand
	releases []*draft
	// majors are the Helms of this life.
	majors []int
}

// draft is what the writer thinks of a release.
type draft struct {
	other bool
	chart []item
	there bool
	// kept tells that it is uninstalled, with its history.
	kept bool
	// stuck tells that its last command did not end.
	stuck bool
}

// write writes a life of so many operations.
func write(seed uint64, length int) *script {
	w := &writer{Rand: rand.New(rand.NewPCG(seed, 1)), releases: []*draft{{}}}
	w.majors = [][]int{{3}, {4}, {3, 4}, {3, 4}, {3, 3, 3, 4}}[w.IntN(5)]
	if w.often(30) {
		w.releases = append(w.releases, &draft{other: true})
	}
	s := &script{Seed: seed}
	pruned := true
	for len(s.Ops) < length {
		if !pruned && w.often(50) {
			s.Ops = append(s.Ops, op{Do: doPrune})
			pruned = true
			continue
		}
		s.Ops = append(s.Ops, w.command(w.releases[w.IntN(len(w.releases))]))
		pruned = false
	}
	return s
}

// often is true in so many of a hundred cases.
func (w *writer) often(percent int) bool { return w.IntN(100) < percent }

func one[T any](w *writer, of ...T) T { return of[w.IntN(len(of))] }
