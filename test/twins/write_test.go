//go:build e2e

package twins

import "math/rand/v2"

// writer writes lives. It guesses how they go, so that most commands make sense; those
// that do not have to fail in both twins alike.
type writer struct {
	*rand.Rand
	habits
	releases []*draft
	// majors are the Helms of this life.
	majors []int
}

// habits are what a life has much of, in percent, so that lives differ more than their
// commands do.
type habits struct {
	// kill is how often a command is killed, end how often a release is uninstalled, and
	// history how often that leaves its history.
	kill, end, history int
	// each is how often a hook's name changes with each revision, and missed how often a
	// policy is one that a killed Helm does not come to carry out.
	each, missed int
	// away, generate and list are how often objects are in another namespace, have
	// generated names, and are several in a document.
	away, generate, list int
	// defines tells that there are custom resources, and made that a chart makes a
	// namespace.
	defines, made bool
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
	// defined tells that a definition of custom resources has been installed.
	defined bool
}

// write writes a life of so many operations.
func write(seed uint64, length int) *script {
	w := &writer{Rand: rand.New(rand.NewPCG(seed, 1)), releases: []*draft{{}}}
	w.majors = [][]int{{3}, {4}, {3, 4}, {3, 4}, {3, 3, 3, 4}}[w.IntN(5)]
	s := &script{Seed: seed}
	w.form(s)
	if w.away > 0 || w.often(55) {
		w.releases = append(w.releases, &draft{other: true})
	}
	for left := length; left > 0; left-- {
		o := w.command(w.releases[w.IntN(len(w.releases))])
		s.Ops = append(s.Ops, o)
		if left > 1 && w.often(w.pruning(&o)) {
			s.Ops = append(s.Ops, op{Do: doPrune})
			left--
		}
	}
	return s
}

// form gives a life its habits.
func (w *writer) form(s *script) {
	w.habits = one(w,
		habits{kill: 8, end: 28, history: 35, each: 20},
		habits{kill: 35, end: 18, history: 25, each: 10, missed: 60},
		habits{kill: 6, end: 42, history: 12, each: 15},
		habits{kill: 4, end: 22, history: 40, each: 55})
	w.list = one(w, 0, 8)
	if w.often(15) {
		s.Storage = "configmap"
	}
	if w.often(22) {
		w.away, s.Far = 25, w.often(50)
	}
	if w.majors[0] == 3 && w.often(25) { // Helm 4 cannot apply what has no name
		w.generate = 25
	}
	w.defines, w.made = w.often(15), w.often(6)
}

// pruning is how often prune follows a command: most often where it leaves orphans.
func (w *writer) pruning(o *op) int {
	switch {
	case o.Kill != nil, o.Do == doUninstall:
		return 75
	case o.Do == doUpgrade:
		return 40
	default:
		return 25
	}
}

// often is true in so many of a hundred cases.
func (w *writer) often(percent int) bool { return w.IntN(100) < percent }

func one[T any](w *writer, of ...T) T { return of[w.IntN(len(of))] }
