// Package prunes proves on a real API server, with the real Helm 3 and Helm 4, that
// prune deletes what it says and nothing else: guard by guard, whoever interferes, and
// whatever fails on the way. Its tests are behind the build tag e2e.
package prunes
