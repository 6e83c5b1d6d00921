// Package requests holds each command to what docs/performance.md says that it asks of
// an API server, by the audit log of a real one.
package requests
