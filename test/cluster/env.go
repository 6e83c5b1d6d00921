package cluster

import (
	"os"
	"slices"
	"strings"
)

// Env returns the environment without proxy variables, for the cluster's
// programs and for those that tests start: the API server would send webhook
// calls to the proxy, and clients their requests.
func Env() []string { return withoutProxies(os.Environ()) }

func withoutProxies(env []string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		switch strings.ToUpper(name) {
		case "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY":
			return true
		}
		return false
	})
}
