// Package inflate unpacks gzip from memory: RFC 1952 around RFC 1951.
//
// It takes and refuses what compress/gzip takes and refuses, and is faster, because all of
// its input is in memory at once: eight bytes are read at a time, and most symbols need no
// look at where the input ends. Its output is handed out in windows that are not copied, so
// memory is the same whatever a text expands to.
package inflate
