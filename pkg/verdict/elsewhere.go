package verdict

// proveElsewhere asks for what the records of other namespaces say of an orphan: any
// release may declare an object that is in another namespace than its own, or use it.
//
// Before something is called prunable, every revision counts, and who uses it. Otherwise,
// and for what stands alone, the records count that the next commands work from: for ls
// where the reason says that none of these will delete the object. Who may not see the
// records of other namespaces is told so only where somebody there may need it.
func (e *evidence) proveElsewhere(c *collector, f *Finding, o *Options) {
	everything := f.Object.Namespace == "" || o.Thorough && f.Prunable()
	switch {
	case !everything && !f.Reason.final():
	case e.snapshot.RecordsConfined && !f.serves():
	case e.needRecordsEverywhere(c):
	case everything && !f.standsAlone():
		c.seek(f, all, manifests)
	default:
		c.seek(f, newest, manifests)
	}
}

// serves tells whether an orphan that would be pruned may serve somebody, anywhere. What
// runs serves the release that runs it; and what was to be deleted after its run nobody
// else can count on.
func (x *Finding) serves() bool {
	return x.Object.Namespace == "" || !x.runs() && x.Reason != ReasonPolicyMissed && x.Prunable()
}
