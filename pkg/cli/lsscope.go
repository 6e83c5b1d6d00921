package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// namespace is the one to read: that of the releases, if they name one, else
// kubectl's, which releases are taken to be in that name none.
func (f *lsFlags) namespace(releases []verdict.ReleaseName) (string, error) {
	current, err := validNamespace(&f.source)
	if err != nil || current == "" {
		return "", err // all of a file's
	}
	namespace := ""
	several := false
	for i := range releases {
		r := &releases[i]
		r.Namespace = cmp.Or(r.Namespace, current)
		several = several || (namespace != "" && namespace != r.Namespace)
		namespace = r.Namespace
	}
	if several {
		return "", nil // all are read, to show those
	}
	return cmp.Or(namespace, current), nil
}

// validNamespace is the namespace that was asked for, or kubectl's.
func validNamespace(source *sourceFlags) (string, error) {
	current, err := source.namespace()
	if err != nil || current == "" {
		return "", err
	}
	if problems := validation.IsDNS1123Label(current); len(problems) > 0 {
		return "", fmt.Errorf("--namespace %q is not the name of a namespace: %s", current, problems[0])
	}
	return current, nil
}

// releaseNames reads RELEASE and NAMESPACE/RELEASE.
func releaseNames(args []string) ([]verdict.ReleaseName, error) {
	var names []verdict.ReleaseName
	for _, arg := range args {
		namespace, name, ok := strings.Cut(arg, "/")
		if !ok {
			namespace, name = "", arg
		}
		if name == "" || (ok && namespace == "") || strings.Contains(name, "/") {
			return nil, fmt.Errorf("%q is not a release: write RELEASE or NAMESPACE/RELEASE", arg)
		}
		if n := (verdict.ReleaseName{Namespace: namespace, Name: name}); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return names, nil
}

func nothingFound(namespace string, gaps bool) string {
	text := "No hook objects found"
	if namespace != "" {
		text += fmt.Sprintf(" in %s namespace", namespace)
	}
	if gaps {
		text += " among what could be read"
	}
	return text + "."
}

// unknownReleases explains that releases were not found, and does not claim that
// they are not there when their records could not be read.
func unknownReleases(names []verdict.ReleaseName, namespace string, unread bool) error {
	quoted := make([]string, 0, len(names))
	for _, n := range names {
		if n.Namespace == namespace {
			n.Namespace = "" // it is named once
		}
		quoted = append(quoted, fmt.Sprintf("%q", n))
	}
	list := strings.Join(quoted, ", ")
	if unread {
		return fmt.Errorf("cannot tell whether there is a release %s: not all of Helm's records could be read", list)
	}
	where := "in any namespace"
	if namespace != "" {
		where = fmt.Sprintf("in namespace %q; -n chooses another, -A looks in all", namespace)
	}
	return fmt.Errorf("no record and no hook object of release %s %s", list, where)
}
