//go:build e2e

package twins

import (
	"fmt"
	"testing"
)

// TestLivesAreVaried: lives have all that they are said to have.
func TestLivesAreVaried(t *testing.T) {
	t.Parallel()
	const lives = 200
	seen := make(map[string]int)
	count := func(what string, is bool) {
		if is {
			seen[what]++
		}
	}
	for seed := range uint64(lives) {
		s := write(seed, lifetime)
		count("records in ConfigMaps", s.Storage != "")
		count("a release in the second namespace", s.Far)
		for i := range s.Ops {
			count(s.Ops[i].Do, true)
			count("kill", s.Ops[i].Kill != nil)
			count("second release", s.Ops[i].Other)
		}
		s.items(func(i *item) {
			count("hook "+i.Kind, i.Hook != "")
			count("ordinary "+i.Kind, i.Hook == "")
			count("in "+i.In, i.In != "")
			count("via "+i.Via, i.Via != "" && (i.Uses["ConfigMap"] != "" || i.Uses["Secret"] != ""))
			count("pull secret of a "+i.Kind, i.Uses["pull"] != "")
			count("generated name", i.Generate)
			count("name of the revision", i.Each)
			count("kept", i.Keep)
			count("bare", i.Bare)
			count(fmt.Sprintf("outcome %s", i.Outcome), i.Outcome != "")
			count("children of a List", len(i.Items) > 1)
		})
	}
	wanted := []string{
		"records in ConfigMaps", "a release in the second namespace", doInstall, doUpgrade, doRollback, doTest, doUninstall, doPrune, "kill",
		"second release", "in home", "in far", "in " + made, "via env", "via volume", "via projected", "pull secret of a Deployment",
		"pull secret of a Job", "generated name", "name of the revision", "kept", "bare", "outcome fail", "outcome hang", "children of a List",
	}
	for kind := range kinds() {
		switch kind {
		case "ReplicaSet", "ControllerRevision", "EndpointSlice": // controllers make them
			continue
		case "Namespace":
		case "Job", "Pod":
			wanted = append(wanted, "hook "+kind)
			continue
		default:
			wanted = append(wanted, "ordinary "+kind)
		}
		wanted = append(wanted, "hook "+kind)
	}
	for _, what := range wanted {
		if seen[what] == 0 {
			t.Errorf("no life of %d has: %s", lives, what)
		}
	}
	t.Logf("%v", seen)
}
