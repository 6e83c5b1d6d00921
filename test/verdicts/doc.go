// Package verdicts makes the real Helm 3 and Helm 4 produce each reason and each
// guard on a real cluster, and holds what the built plugin says of the objects.
// Its tests need the build tag e2e.
package verdicts
