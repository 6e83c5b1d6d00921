package verdict

// proveElsewhere asks for what the records of other namespaces say of an orphan: any
// release may declare an object that is in another namespace than its own, or use it.
//
// Before prune deletes something, every revision counts, and who uses it. Otherwise the
// records count that the next commands work from, where the reason says that none of these
// will delete the object: if they can be listed, or somebody there may need it.
func (e *evidence) proveElsewhere(c *collector, f *Finding, o *Options) {
	if !e.looksElsewhere(f, o) || e.needRecordsEverywhere(c) {
		return
	}
	d := newest
	if f.Object.Namespace == "" || o.Thorough && f.Prunable() {
		d = all
	}
	c.seek(f, d, manifests)
}

// looksElsewhere tells whether the records of other namespaces matter to an orphan, and
// are read for it.
func (e *evidence) looksElsewhere(f *Finding, o *Options) bool {
	switch {
	case f.serves(), o.Thorough && f.Prunable():
		return true
	default:
		return f.Reason.final() && !e.snapshot.RecordsConfined
	}
}

// serves tells whether an orphan that would be pruned may serve somebody, anywhere. What
// runs serves the release that runs it; and what was to be deleted after its run nobody
// else can count on.
func (x *Finding) serves() bool {
	return x.Object.Namespace == "" || !x.runs() && x.Reason != ReasonPolicyMissed && x.Prunable()
}
