package render

import (
	"fmt"
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// ReleaseStory is what is known of a release.
type ReleaseStory struct {
	id snapshot.ReleaseID
	// Line is the release in one line.
	Line string
}

// ReleaseStories tells of the releases that have records and a name, in any driver.
func ReleaseStories(s *snapshot.Snapshot, name verdict.ReleaseName) []ReleaseStory {
	var stories []ReleaseStory
	for id, records := range s.Releases() {
		if !name.Names(id) {
			continue
		}
		current := records[0]
		line := fmt.Sprintf("Release %s/%s is %s at revision %d", id.Namespace, id.Name, current.Status, current.Revision)
		if chart := chartOf(current); chart != "" {
			line += ", chart " + chart
		}
		line += fmt.Sprintf(" (%s in %ss)", several(len(records), "record"), id.Driver)
		stories = append(stories, ReleaseStory{id: id, Line: Clean(line)})
	}
	slices.SortFunc(stories, func(a, b ReleaseStory) int { return a.id.Compare(b.id) })
	return stories
}
