// Package cluster gathers evidence from an API server: hook objects by metadata
// lists of every kind, release records by metadata first and bodies on demand.
//
// It is made for clusters with thousands of releases: nothing is listed in full
// but what decides something, requests run in parallel and bounded, and answers
// are read page by page.
package cluster
