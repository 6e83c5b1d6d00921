// Package cronjob makes the manifests that have a cluster run prune by itself: a
// CronJob, its ServiceAccount, and the roles that are passed in.
package cronjob
