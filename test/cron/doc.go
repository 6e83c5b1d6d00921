// Package cron holds the tests of the cron job on a real cluster: the manifests that are
// printed are applied, and what the Jobs of it would run is run with the rights of its
// ServiceAccount.
package cron
