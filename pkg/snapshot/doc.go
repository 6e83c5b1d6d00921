// Package snapshot is the evidence as plain data: what was seen of a cluster,
// and what could not be seen. Live clusters and files produce the same
// Snapshot, and everything that judges reads nothing else.
//
// It does no I/O, holds no contents of Secrets, and knows no clock but the API
// server's.
package snapshot
