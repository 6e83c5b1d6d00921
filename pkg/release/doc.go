// Package release reads Helm's release records: the names under which they are
// stored, and their bodies, which it decodes as a stream so that neither a
// chart's files nor its rendered manifest is ever held in memory.
//
// It knows nothing of API servers. Rules come from Helm's pkg/storage/driver
// and pkg/release, and were checked against records that Helm 3 and 4 wrote.
package release
