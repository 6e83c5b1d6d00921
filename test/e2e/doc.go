// Package e2e tests the built plugin on a real cluster with the real Helm 3 and
// Helm 4. Its tests need the build tag e2e.
package e2e
