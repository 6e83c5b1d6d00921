package story

import (
	"context"
	"path/filepath"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// Chart is the directory of a chart in testdata.
func Chart(name string) (string, error) {
	root, err := cluster.RepositoryRoot()
	if err != nil {
		return "", err
	}
	return filepath.Join(root, "testdata", "charts", name), nil
}

// Guestbook installs the guestbook, upgrades it twice and rolls back to
// revision 2. Both upgrades leave the claim of their backup.
func Guestbook(ctx context.Context, h Helm, release string) error {
	chart, err := Chart("guestbook")
	if err != nil {
		return err
	}
	return h.Steps(ctx,
		[]string{"install", release, chart},
		[]string{"upgrade", release, chart, "--set", "greeting=Hello"},
		[]string{"upgrade", release, chart, "--set", "greeting=Bonjour"},
		[]string{"rollback", release, "2"},
	)
}

// Everyhook installs the chart that has every kind of hook, and upgrades it once.
// The values are given to both.
func Everyhook(ctx context.Context, h Helm, release string, values ...string) error {
	chart, err := Chart("everyhook")
	if err != nil {
		return err
	}
	var set []string
	for _, v := range values {
		set = append(set, "--set", v)
	}
	return h.Steps(ctx,
		append([]string{"install", release, chart}, set...),
		append([]string{"upgrade", release, chart}, set...),
	)
}
