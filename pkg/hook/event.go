package hook

import (
	"slices"
	"strings"
)

// Event is a point in a release's life at which Helm runs hooks. On the command
// line it is called a phase, as the books do.
type Event string

// The nine events that Helm knows.
const (
	PreInstall   Event = "pre-install"
	PostInstall  Event = "post-install"
	PreUpgrade   Event = "pre-upgrade"
	PostUpgrade  Event = "post-upgrade"
	PreRollback  Event = "pre-rollback"
	PostRollback Event = "post-rollback"
	PreDelete    Event = "pre-delete"
	PostDelete   Event = "post-delete"
	Test         Event = "test"
)

// legacyTest is Helm 2's name of Test, which Helm still accepts.
const legacyTest = "test-success"

// Events returns all events in the order of a release's life.
func Events() []Event {
	return []Event{
		PreInstall, PostInstall, PreUpgrade, PostUpgrade, PreRollback, PostRollback, PreDelete, PostDelete, Test,
	}
}

// Order is the place of the event in a release's life, from 0. Events that Helm
// does not know come last.
func (e Event) Order() int {
	if i := slices.Index(Events(), e); i >= 0 {
		return i
	}
	return len(Events())
}

// ParseEvent reads one token of the hook annotation as Helm does: surrounding
// space and case do not matter.
func ParseEvent(token string) (Event, bool) {
	e := Event(normalize(token))
	if e == legacyTest {
		return Test, true
	}
	if i := slices.Index(Events(), e); i >= 0 {
		return Events()[i], true // which is no part of the token's text
	}
	return e, false
}

// ParseEvents reads the value of the hook annotation. Events come in life-cycle
// order, each once. Unknown holds the first tokens that Helm does not know, the
// empty one included: a single one makes Helm drop the whole object.
func ParseEvents(value string) (events []Event, unknown []string) {
	for token := range strings.SplitSeq(value, ",") {
		e, ok := ParseEvent(token)
		switch {
		case !ok && len(unknown) < maxWords:
			unknown = append(unknown, normalize(token))
		case !ok:
			// enough is known to say that Helm drops the object
		case !slices.Contains(events, e):
			events = append(events, e)
		}
	}
	SortEvents(events)
	return events, unknown
}

// SortEvents sorts into life-cycle order.
func SortEvents(events []Event) {
	slices.SortStableFunc(events, func(a, b Event) int { return a.Order() - b.Order() })
}

func normalize(token string) string {
	return strings.ToLower(strings.TrimSpace(token))
}
