// Package uses knows by which fields objects of Kubernetes use others, and finds
// out who uses which. Live objects, manifests and dumps are all the same to it:
// decoded JSON.
//
// It does no I/O. What it says is that one object names, mentions or selects
// another; whether that protects anything is for others to judge.
package uses
