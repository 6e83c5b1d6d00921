// Package oracle holds what the plugin reads of Helm's records and annotations
// against Helm's own code: its types, its storage drivers, its sorting of
// manifests. It is a module of its own, so that Helm's dependencies stay out of
// the plugin's.
package oracle
