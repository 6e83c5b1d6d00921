// Package release holds the programs that make a release and those that check
// one. docs/releasing.md says how they are used.
package release
