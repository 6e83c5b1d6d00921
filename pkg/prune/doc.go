// Package prune deletes what was judged to be orphaned, and nothing else. A plan is
// data: an allow-list of UIDs, bound to a cluster and a time. Acting judges again
// and deletes the intersection of the plan with what is prunable then, each object in
// exactly the version that was judged. What is deleted can be saved before.
//
// It knows no API server: who deletes, and where evidence comes from, is passed in.
package prune
