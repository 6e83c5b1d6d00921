package cluster

import (
	"context"
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// ReadWitnesses reads the metadata of all that was not listed yet, in all
// namespaces, for signs that releases live and for objects that depend on hook
// objects. What may not be read becomes a gap.
func (g *Gathering) ReadWitnesses(ctx context.Context) error {
	if g.snap.WitnessesEverywhere {
		return nil
	}
	if err := g.readSigns(ctx, ""); err != nil {
		return err
	}
	g.snap.WitnessesEverywhere = true
	return nil
}

// ReadDependents reads the metadata of all kinds that were not listed, where those that
// were have been: for objects that depend on hook objects.
func (g *Gathering) ReadDependents(ctx context.Context) error {
	if g.query.Namespace == "" {
		g.snap.Restricted = false
		return g.ReadWitnesses(ctx)
	}
	if err := g.readSigns(ctx, g.query.Namespace); err != nil {
		return err
	}
	g.snap.Restricted = false
	return nil
}

// readSigns reads the signs of what was not listed yet, in a namespace or in all.
func (g *Gathering) readSigns(ctx context.Context, namespace string) error {
	kinds := slices.Clone(g.snap.Kinds)
	if namespace != "" { // what has none depends on nothing in it
		kinds = slices.DeleteFunc(kinds, func(k snapshot.Kind) bool { return !k.Namespaced })
	}
	r, err := g.client.reachOf(ctx, g.everywhere, namespace, kinds)
	if err != nil {
		return err
	}
	todo := slices.DeleteFunc(listings(kinds, r), func(l listing) bool { return g.wasListed(kinds[l.kind], l.namespace) })
	err = g.each(ctx, todo, kinds, func(ctx context.Context, k *snapshot.Kind, l *listing) error {
		reset := func() { l.result = listed{} }
		return g.client.eachMetadata(ctx, metadataOf{kind: k, namespace: l.namespace}, reset,
			func(o *metadataItem) error {
				l.result.signs.see(k, &o.Traits, g.seed)
				return nil
			})
	})
	if err != nil {
		return err
	}
	told := make([]signs, 0, len(todo))
	gaps := r.refusals(kinds)
	for i := range todo {
		told = append(told, todo[i].result.signs)
		if todo[i].gap != nil {
			gaps = append(gaps, *todo[i].gap)
		}
	}
	g.learn(told)
	for _, gap := range gaps {
		if !g.told(&gap) {
			gap.Witnesses = true
			g.snap.Gaps = append(g.snap.Gaps, gap)
		}
	}
	return nil
}

// wasListed tells whether the first reading has asked for a list already.
func (g *Gathering) wasListed(k snapshot.Kind, namespace string) bool {
	here := slices.ContainsFunc(g.kinds, func(known snapshot.Kind) bool { return known.Name() == k.Name() })
	return here && (!k.Namespaced || g.query.Namespace == "" || namespace == g.query.Namespace)
}

// told tells whether a gap that is known says the same.
func (g *Gathering) told(gap *snapshot.Gap) bool {
	return slices.ContainsFunc(g.snap.Gaps, func(known snapshot.Gap) bool {
		if known.Users || known.Manifest != nil || known.Namespace != "" && known.Namespace != gap.Namespace {
			return false
		}
		if gap.Kind == nil {
			return known.Everything && gap.Everything
		}
		return known.Everything || known.What == gap.What && known.Kind != nil && known.Kind.Name() == gap.Kind.Name()
	})
}
