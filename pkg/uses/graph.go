package uses

import (
	"slices"
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// Graph finds who uses certain objects. Objects are added one at a time, in any
// order, and only what can matter of them is kept.
type Graph struct {
	// declared tells that what is added are manifests.
	declared bool
	wanted   map[place][]*snapshot.ObjectRef
	// numbered are the wanted objects whose names may end with a number that a
	// StatefulSet gave, by namespace.
	numbered map[string][]*snapshot.ObjectRef
	mentions map[string]*names // by namespace
	// spaces are the names of these namespaces.
	spaces *names
	named  map[named][]*snapshot.ObjectRef
	users  map[user][]snapshot.Use
	apart  map[place]bool

	selecting   map[string]bool // namespaces in which wanted objects select Pods
	selectors   []selecting
	pods        []*Facts
	binding     bool // a binding is wanted
	subjects    []subject
	accounts    map[named]*Facts
	aggregated  []selecting // wanted ClusterRoles
	aggregating []*Facts
	cut         []snapshot.ObjectRef
}

type place struct{ kind, namespace, name string }

type named struct{ namespace, name string }

// user is what makes users alike: they then stay or go together, and a few of them
// say as much as all. Users that are wanted themselves are alike to none.
type user struct {
	of, by              snapshot.ObjectRef
	field, owners, self string
	idle, absent        bool
}

// alike is how many users that are alike are kept.
const alike = 3

// selecting is a wanted object, and what it says itself.
type selecting struct {
	of    *snapshot.ObjectRef
	facts *Facts
}

type subject struct {
	of      *snapshot.ObjectRef
	account named
}

// NewGraph returns a Graph that finds the live users of the wanted objects. Users
// that are among those apart are told one by one, however alike they are.
func NewGraph(wanted, apart []snapshot.ObjectRef) *Graph { return newGraph(wanted, apart, false) }

// NewDeclared returns a Graph that finds their users among manifests. A template
// there stands for the Pods that it makes.
func NewDeclared(wanted []snapshot.ObjectRef) *Graph { return newGraph(wanted, wanted, true) }

func newGraph(wanted, apart []snapshot.ObjectRef, declared bool) *Graph {
	g := &Graph{
		declared: declared, wanted: make(map[place][]*snapshot.ObjectRef), numbered: make(map[string][]*snapshot.ObjectRef),
		mentions: make(map[string]*names), spaces: newNames(), named: make(map[named][]*snapshot.ObjectRef), users: make(map[user][]snapshot.Use),
		selecting: make(map[string]bool), accounts: make(map[named]*Facts), apart: make(map[place]bool, len(apart)),
	}
	for _, o := range apart {
		g.apart[place{o.Kind, o.Namespace, o.Name}] = true
	}
	for i := range wanted {
		g.want(&wanted[i])
	}
	return g
}

func (g *Graph) want(o *snapshot.ObjectRef) {
	p := place{o.Kind, o.Namespace, o.Name}
	g.wanted[p] = append(g.wanted[p], o)
	switch o.Kind {
	case "PersistentVolumeClaim":
		g.numbered[o.Namespace] = append(g.numbered[o.Namespace], o)
	case "Service", "NetworkPolicy", "PodDisruptionBudget":
		g.selecting[o.Namespace] = true
	case "RoleBinding", "ClusterRoleBinding":
		g.binding = true
	}
	if o.Namespace == "" {
		return // texts say nothing of what kind they mean, nor in which namespace
	}
	if g.mentions[o.Namespace] == nil {
		g.mentions[o.Namespace] = newNames()
		g.spaces.add(o.Namespace)
	}
	g.mentions[o.Namespace].add(o.Name)
	n := named{o.Namespace, o.Name}
	g.named[n] = append(g.named[n], o)
}

// find returns the wanted object that a reference means, or nil.
func (g *Graph) find(group, kind, namespace, name string) *snapshot.ObjectRef {
	for _, o := range g.wanted[place{kind, namespace, name}] {
		if group == AnyGroup || snapshot.SameGroup(kind, group, snapshot.Group(o.APIVersion)) {
			return o
		}
	}
	return nil
}

// Add takes in what an object says. Nil says nothing.
func (g *Graph) Add(f *Facts) {
	if f == nil {
		return
	}
	if f.Cut {
		g.cut = append(g.cut, f.By)
	}
	for _, r := range f.Refs {
		if r.Numbered {
			g.addNumbered(f, r)
			continue
		}
		for _, ns := range g.namespacesOf(r) {
			if o := g.find(r.Group, r.Kind, ns, r.Name); o != nil {
				g.use(o, f, r.Field)
			}
		}
	}
	g.addTexts(f)
	g.addSelection(f)
}

// namespacesOf are those in which what a reference names may be.
func (g *Graph) namespacesOf(r Ref) []string {
	if r.Namespace != AnyNamespace {
		return []string{r.Namespace}
	}
	var all []string
	for p := range g.wanted {
		if p.kind == r.Kind && p.name == r.Name {
			all = append(all, p.namespace)
		}
	}
	return all
}

func (g *Graph) addNumbered(f *Facts, r Ref) {
	for _, o := range g.numbered[r.Namespace] {
		if rest, ok := strings.CutPrefix(o.Name, r.Name); ok && isNumber(rest) && snapshot.Group(o.APIVersion) == r.Group {
			g.use(o, f, r.Field)
		}
	}
}

// addSelection keeps what can only be told when everything is there: who selects
// whom.
func (g *Graph) addSelection(f *Facts) {
	group := snapshot.Group(f.By.APIVersion)
	_, pod := podTemplate(group, f.By.Kind)
	self := g.find(group, f.By.Kind, f.By.Namespace, f.By.Name)
	switch f.By.Kind {
	case "Service", "NetworkPolicy", "PodDisruptionBudget":
		if self != nil && len(f.Selects) > 0 {
			g.selectors = append(g.selectors, selecting{self, f})
		}
	case "ClusterRole":
		if self != nil {
			g.aggregated = append(g.aggregated, selecting{self, f})
		}
		if len(f.Selects) > 0 {
			g.aggregating = append(g.aggregating, f)
		}
	case "RoleBinding", "ClusterRoleBinding":
		if self != nil {
			g.bind(self, f)
		}
	case "ServiceAccount":
		if g.binding {
			g.accounts[named{f.By.Namespace, f.By.Name}] = &Facts{By: f.By, Owners: f.Owners}
		}
	default:
		if pod && g.selecting[f.By.Namespace] && (g.declared || f.By.Kind == "Pod") {
			g.pods = append(g.pods, &Facts{By: f.By, Owners: f.Owners, Idle: f.Idle, Labels: f.Labels})
		}
	}
}

// bind takes in the subjects of a wanted binding. Users and groups are no objects:
// nobody can tell that there is none.
func (g *Graph) bind(of *snapshot.ObjectRef, f *Facts) {
	for _, s := range f.Subjects {
		switch s.Kind {
		case "User", "Group":
			g.record(reference(of), &Facts{By: snapshot.ObjectRef{Kind: s.Kind, Name: s.Name}}, subjectsField)
		case "ServiceAccount":
			ns := s.Namespace
			if ns == "" {
				ns = f.By.Namespace
			}
			g.subjects = append(g.subjects, subject{of, named{ns, s.Name}})
		}
	}
}

// Uses returns who uses the wanted objects, in order.
func (g *Graph) Uses() []snapshot.Use {
	for _, s := range g.selectors {
		for _, pod := range g.pods {
			if pod.By.Namespace == s.of.Namespace && s.facts.Selects[0].Matches(pod.Labels) {
				g.use(s.of, pod, selectorField(s.of.Kind))
			}
		}
	}
	for _, s := range g.subjects {
		account := g.accounts[s.account]
		if account == nil && g.declared {
			continue
		}
		if account == nil {
			account = &Facts{By: snapshot.ObjectRef{APIVersion: "v1", Kind: "ServiceAccount", Namespace: s.account.namespace, Name: s.account.name}, absent: true}
		}
		g.use(s.of, account, subjectsField)
	}
	for _, role := range g.aggregated {
		for _, by := range g.aggregating {
			if slices.ContainsFunc(by.Selects, func(s Selector) bool { return s.Matches(role.facts.Labels) }) {
				g.use(role.of, by, aggregationField)
			}
		}
	}
	g.selectors, g.subjects, g.aggregated = nil, nil, nil
	var all []snapshot.Use
	for _, uses := range g.users {
		all = append(all, uses...)
	}
	return Merge(all, nil)
}

// Reset forgets what was added, and not what is wanted.
func (g *Graph) Reset() {
	clear(g.users)
	clear(g.accounts)
	g.selectors, g.subjects, g.aggregated, g.aggregating, g.pods, g.cut = nil, nil, nil, nil, nil, nil
}

// SubjectNamespaces are those of the ServiceAccounts that wanted bindings name,
// sorted.
func (g *Graph) SubjectNamespaces() []string {
	var all []string
	for _, s := range g.subjects {
		all = append(all, s.account.namespace)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Cut are the objects of which not everything could be kept.
func (g *Graph) Cut() []snapshot.ObjectRef { return g.cut }
