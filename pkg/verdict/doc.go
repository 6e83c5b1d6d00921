// Package verdict judges hook objects: whose they are and what state they are
// in. Judge is pure: it reads a snapshot and returns findings, and the evidence
// that it still lacks.
package verdict
