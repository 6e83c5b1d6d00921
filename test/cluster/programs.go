package cluster

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The components, by the names of their programs.
const (
	etcd              = "etcd"
	apiServer         = "kube-apiserver"
	controllerManager = "kube-controller-manager"
	scheduler         = "kube-scheduler"
	kwok              = "kwok"
)

// BinDirVariable is the environment variable that overrides where the programs are.
const BinDirVariable = "HELMHOOKS_TEST_BIN"

// DefaultBinDir is where the programs are: what HELMHOOKS_TEST_BIN says, or
// .cache/bin in the repository that holds the working directory.
func DefaultBinDir() (string, error) {
	if dir := os.Getenv(BinDirVariable); dir != "" {
		return filepath.Abs(dir)
	}
	root, err := RepositoryRoot()
	if err != nil {
		return "", fmt.Errorf("%w; set %s to the directory with the programs", err, BinDirVariable)
	}
	return filepath.Join(root, ".cache", "bin"), nil
}

// RepositoryRoot finds the repository upwards from the working directory. It
// knows the main module by name, since nested modules have a go.mod as well.
func RepositoryRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for start := dir; ; {
		data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(data), "module github.com/kubectl-helmhooks/kubectl-helmhooks\n") {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("%s is not in the kubectl-helmhooks repository", start)
		}
		dir = parent
	}
}

// checkPrograms tells how to get the programs before anything fails for lack of one.
func checkPrograms(dir string) error {
	var missing []string
	for _, name := range []string{etcd, apiServer, controllerManager, scheduler, kwok} {
		if _, err := os.Stat(filepath.Join(dir, name)); errors.Is(err, os.ErrNotExist) {
			missing = append(missing, name)
		} else if err != nil {
			return err
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("%s lacks %s: build them with `go run -C test/tools ./build`, or set %s",
			dir, strings.Join(missing, ", "), BinDirVariable)
	}
	return nil
}
