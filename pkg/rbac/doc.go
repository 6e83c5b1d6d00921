// Package rbac knows which rights each command needs. The roles of the cron job and
// docs/rbac.md are both made of that, and end-to-end tests hold the commands to it by
// the API server's audit log.
package rbac
