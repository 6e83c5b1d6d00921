// Package check holds what a release is held to: it builds one from the tree as
// it is, unsigned, and looks at it as a user would. Its tests have the build tag
// e2e, since they build the plugin for all platforms; `make release-check` runs them.
package check
