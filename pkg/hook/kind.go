package hook

// Runs tells whether objects of the kind run and finish, as Helm's own waiting
// sees it: Jobs and Pods. Hooks of every other kind are supporting: Helm creates
// them and goes on at once.
func Runs(group, kind string) bool {
	return (group == "batch" && kind == "Job") || (group == "" && kind == "Pod")
}
