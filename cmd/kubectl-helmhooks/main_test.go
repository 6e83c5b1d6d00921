package main

import (
	"flag"
	"os/exec"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"kubectl-helmhooks": main})
}

var update = flag.Bool("update", false, "rewrite what the scripts compare with")

// TestScripts runs the program as users do.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("KUBECONFIG", env.WorkDir+"/kubeconfig")
			self, err := exec.LookPath("kubectl-helmhooks")
			env.Setenv("SELF", self)
			return err
		},
	})
}
