package snapshot

import "slices"

// Gap is something that was asked for and could not be read.
type Gap struct {
	// What could not be read, such as "jobs.batch" or a record's name.
	What string `json:"what"`
	// Namespace is where, if it was in one.
	Namespace string `json:"namespace,omitempty"`
	// Why is the cause in a few words.
	Why string `json:"why"`
	// Unreached is set when the server had no answer to that: it may to another try.
	Unreached bool `json:"unreached,omitempty"`
	// Lasting is set as well when no other try will help, as where the server cannot decrypt
	// what it has stored in Namespace: it answers for other namespaces.
	Lasting bool `json:"lasting,omitempty"`
	// Kind is set when it is objects of a kind.
	Kind *Kind `json:"kind,omitempty"`
	// Group is set when it is a whole API group.
	Group string `json:"group,omitempty"`
	// Everything is set when nothing in Namespace could be read.
	Everything bool `json:"everything,omitempty"`
	// Records is set when it is the records of a driver, none of which is known.
	Records Driver `json:"records,omitempty"`
	// Record is set when it is a record's body.
	Record *RecordID `json:"record,omitempty"`
	// Manifest is set when it is a record's ordinary resources, or who uses what among
	// what it declares.
	Manifest *RecordID `json:"manifest,omitempty"`
	// Of are the objects of which that manifest may say anything, as far as its text was
	// searched; none if it may of any.
	Of []ObjectRef `json:"of,omitempty"`
	// Users is set when it is what objects of Kind in Namespace use; their metadata may
	// have been read.
	Users bool `json:"users,omitempty"`
	// Besides are namespaces that were read by themselves: of a gap without Namespace,
	// those that it does not concern.
	Besides []string `json:"besides,omitempty"`
	// Witnesses is set when objects that may show that a release lives could not be
	// read.
	Witnesses bool `json:"witnesses,omitempty"`
	// Right is the one that lacks, where it is not to list what the other fields name.
	Right *Right `json:"right,omitempty"`
}

// Forbidden is Why when RBAC refuses.
const Forbidden = "forbidden"

// Right is a right to do something with objects of a resource.
type Right struct {
	Verb     string `json:"verb"`
	Group    string `json:"group,omitempty"`
	Resource string `json:"resource"`
}

// Lacking is the right without which there is the gap, if it is for lack of one.
func (g *Gap) Lacking() (Right, bool) {
	switch {
	case g.Why != Forbidden:
		return Right{}, false
	case g.Right != nil:
		return *g.Right, true
	case g.Kind != nil:
		return Right{Verb: "list", Group: g.Kind.Group, Resource: g.Kind.Resource}, true
	case g.Records != "":
		return Right{Verb: "list", Resource: g.Records.Resource()}, true
	case g.Record != nil:
		return Right{Verb: "get", Resource: g.Record.Release.Driver.Resource()}, true
	case g.Manifest != nil:
		return Right{Verb: "get", Resource: g.Manifest.Release.Driver.Resource()}, true
	default:
		return Right{}, false
	}
}

// RecordsUnread tells whether there may be records that nobody has seen.
func (s *Snapshot) RecordsUnread() bool {
	for _, g := range s.Gaps {
		if g.Records != "" {
			return true
		}
	}
	return false
}

// Concerns tells whether what could not be read may be in a namespace.
func (g *Gap) Concerns(namespace string) bool {
	return g.Namespace == namespace || g.Namespace == "" && !slices.Contains(g.Besides, namespace)
}

// Hides tells whether the gap can hide hook objects of a kind in a namespace. What
// was read for users or witnesses only, hides none.
func (g *Gap) Hides(group, kind, namespace string) bool {
	if g.Users || g.Witnesses {
		return false
	}
	if g.Namespace != "" && g.Namespace != namespace {
		return false
	}
	return g.Everything || g.Group != "" && g.Group == group || g.Kind != nil && g.Kind.Kind == kind && SameGroup(kind, g.Kind.Group, group)
}
