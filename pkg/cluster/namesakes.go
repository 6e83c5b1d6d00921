package cluster

import "github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"

// wideCost bounds what asking in all namespaces may cost. To answer, a server looks at all
// that is stored of a kind, where one for a namespace looks at what is in it: half a second
// for each million objects, against a millisecond for a request.
const wideCost = 50_000

// namesakes is what is known of all namespaces, or nil if it is not.
type namesakes struct {
	// count counts the stored records of one name and revision: a request that spans
	// namespaces is answered with all of them.
	count map[nameKey]int
	// stored is how many objects of a kind there are at least.
	stored int
}

// mayAsk tells whether a record may be asked for together with those in other namespaces,
// if so many are wanted in its own.
func (n *namesakes) mayAsk(r *snapshot.Record, wanted int) bool {
	if n == nil || wanted >= crowd || n.stored*wanted > wideCost {
		return false
	}
	alike := n.count[keyOf(r)]
	return alike > 0 && alike <= crowd
}

type nameKey struct {
	driver   snapshot.Driver
	name     string
	revision int
}

func keyOf(r *snapshot.Record) nameKey {
	return nameKey{r.Release.Driver, r.Release.Name, r.Revision}
}

// countNamesakes counts those of the wanted records. Stored is how many objects there are
// of the kind that holds them.
func countNamesakes(wanted []*snapshot.Record, all []snapshot.Record, stored int) *namesakes {
	n := &namesakes{count: make(map[nameKey]int, len(wanted)), stored: stored}
	for _, r := range wanted {
		n.count[keyOf(r)] = 0
	}
	for i := range all {
		if _, ok := n.count[keyOf(&all[i])]; ok {
			n.count[keyOf(&all[i])]++
		}
	}
	return n
}

// namesakes are known only where all records are. Nobody may ask for those of several
// namespaces at once who may not list them everywhere.
func (g *Gathering) namesakes(wanted []*snapshot.Record) *namesakes {
	for _, st := range storages() {
		if !g.everywhere.mayList(st.kind) {
			return nil
		}
	}
	if !g.apart && g.snap.Namespace == "" && g.snap.RecordsEverywhere && !g.snap.RecordsUnread() {
		stored := len(g.snap.Records)
		for i := range g.listed {
			if k := g.kinds[i].Name(); k == storages()[0].kind.Name() || k == storages()[1].kind.Name() {
				stored = max(stored, len(g.listed[i].others)) // records among them
			}
		}
		return countNamesakes(wanted, g.snap.Records, stored)
	}
	return nil
}
