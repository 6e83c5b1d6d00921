// Package deploy holds the tests that the manifests in deploy/ are what the command
// prints, and that Pods of them are as restricted as Kubernetes knows.
package deploy
