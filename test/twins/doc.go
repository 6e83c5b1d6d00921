// Package twins holds that no Helm command fares worse because prune ran. Two
// namespaces live the same random lives of releases, with the real Helm 3 and Helm 4 on a
// real API server; in one of them prune runs in between. Its tests are behind the build
// tag e2e.
package twins
