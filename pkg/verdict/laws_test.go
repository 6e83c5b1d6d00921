package verdict_test

import (
	"testing"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

func ended(o *snapshot.Object) {
	o.Created = someTime.Add(-48 * time.Hour)
	o.Run = &snapshot.Run{Phase: snapshot.RunSucceeded, Finished: someTime.Add(-47 * time.Hour)}
}

func read(o *snapshot.Object) { o.UsersRead = true }

func manifestRead(r snapshot.Record) snapshot.Record { r.ManifestRead = true; return r }

// With prune's restricted kinds nobody reads what names a Job as its owner.
func TestLawDependentsOfJobsAreRead(t *testing.T) {
	s := &snapshot.Snapshot{
		Time: someTime, Namespace: "shop", Restricted: true, Namespaces: []string{"shop"},
		Objects: []snapshot.Object{with(job("shop", "blog-migrate"), ended, read)},
		Records: []snapshot.Record{manifestRead(rec(rel("shop", "blog"), 1, release.StatusDeployed, declares(jobRef("blog-migrate"))))},
	}
	f, lacks := verdict.Judge(s, verdict.Options{Thorough: true})
	if f[0].Prunable() && lacks.None() {
		t.Errorf("prunable (%s) and nothing lacking, though only some kinds were listed: a PVC may name the Job as owner", f[0].Reason)
	}
}

// A kind that could not be read may hold dependents of a Job.
func TestLawGapHidesDependentsOfJobs(t *testing.T) {
	s := &snapshot.Snapshot{
		Time: someTime, RecordsEverywhere: true, WitnessesEverywhere: true,
		Objects: []snapshot.Object{with(job("shop", "blog-migrate"), ended, read)},
		Records: []snapshot.Record{manifestRead(rec(rel("shop", "blog"), 1, release.StatusDeployed, declares(jobRef("blog-migrate"))))},
		Gaps: []snapshot.Gap{{
			What: "persistentvolumeclaims", Namespace: "shop", Why: "forbidden",
			Kind: &snapshot.Kind{Version: "v1", Resource: "persistentvolumeclaims", Kind: "PersistentVolumeClaim", Namespaced: true},
		}},
	}
	f, lacks := verdict.Judge(s, verdict.Options{Thorough: true})
	if f[0].Prunable() && lacks.None() {
		t.Errorf("prunable (%s), though claims could not be listed", f[0].Reason)
	}
}

// Flux documents kustomize.toolkit.fluxcd.io/prune as a label or an annotation.
func TestLawFluxPruneLabelKeeps(t *testing.T) {
	s := &snapshot.Snapshot{
		Time: someTime, RecordsEverywhere: true, WitnessesEverywhere: true,
		Objects: []snapshot.Object{with(job("shop", "blog-migrate"), ended, read, label("kustomize.toolkit.fluxcd.io/prune", "disabled"))},
		Records: []snapshot.Record{manifestRead(rec(rel("shop", "blog"), 1, release.StatusDeployed, declares(jobRef("blog-migrate"))))},
	}
	if f, _ := verdict.Judge(s, verdict.Options{}); f[0].Prunable() {
		t.Error("the label does not keep it")
	}
}

func sa(namespace, name string) snapshot.Object {
	return snapshot.Object{
		APIVersion: "v1", Kind: "ServiceAccount", Namespace: namespace, Name: name, UID: "sa-" + name,
		Annotations: map[string]string{hook.Annotation: "pre-install"}, Author: "helm", Created: someTime.Add(-48 * time.Hour),
	}
}

// A user with two owners stays when one of them goes.
func TestLawUserWithTwoOwnersStays(t *testing.T) {
	s := &snapshot.Snapshot{
		Time: someTime, RecordsEverywhere: true, WitnessesEverywhere: true,
		Objects: []snapshot.Object{
			with(job("shop", "a"), ended, read, label("app.kubernetes.io/instance", "blog")),
			with(sa("shop", "b"), read, label("app.kubernetes.io/instance", "blog")),
		},
		Uses: []snapshot.Use{{
			Of:     snapshot.ObjectRef{APIVersion: "v1", Kind: "ServiceAccount", Namespace: "shop", Name: "b"},
			By:     snapshot.ObjectRef{APIVersion: "v1", Kind: "Pod", Namespace: "shop", Name: "p", UID: "p"},
			Owners: []string{"shop/a", "another-living-owner"}, Field: "spec.serviceAccountName",
		}},
	}
	f, lacks := verdict.Judge(s, verdict.Options{})
	for _, x := range f {
		t.Log(x.Object.Kind, x.Verdict, x.Reason, x.Refusals, lacks)
		if x.Object.Kind == "ServiceAccount" && x.Prunable() {
			t.Error("the ServiceAccount goes, though the Pod that uses it stays with its other owner")
		}
	}
}

// What a hook that cannot be read says of keeping is not known.
func TestLawUnreadableHookMayKeep(t *testing.T) {
	h := release.Hook{
		Name: "blog-migrate", Kind: "Job", Unreadable: "its manifest is larger than the limit",
		Objects: []release.Ref{{Kind: "Job", Name: "blog-migrate"}},
	}
	id := rel("shop", "blog")
	r := manifestRead(rec(id, 1, release.StatusSuperseded, h))
	s := &snapshot.Snapshot{
		Time: someTime, RecordsEverywhere: true, WitnessesEverywhere: true,
		Objects: []snapshot.Object{with(job("shop", "blog-migrate"), ended, read)},
		Records: []snapshot.Record{r, manifestRead(rec(id, 2, release.StatusDeployed, declares(jobRef("blog-migrate"))))},
		Gaps:    []snapshot.Gap{{What: "hook Job/blog-migrate of sh.helm.release.v1.blog.v1", Namespace: "shop", Why: "too large"}},
	}
	if f, _ := verdict.Judge(s, verdict.Options{}); f[0].Prunable() {
		t.Errorf("prunable (%s), though revision 1 may ask to keep it", f[0].Reason)
	}
}

// Ls: a label that names another release in the namespace; the one that really
// declares the Job is stored elsewhere.
func TestLawLabelOfAnotherRelease(t *testing.T) {
	h := declares(release.Ref{APIVersion: "batch/v1", Kind: "Job", Namespace: "shop", Name: "migrate"})
	s := &snapshot.Snapshot{
		Time:    someTime,
		Objects: []snapshot.Object{with(job("shop", "migrate"), ended, label("app.kubernetes.io/instance", "blog"))},
		Records: []snapshot.Record{
			rec(rel("shop", "blog"), 1, release.StatusDeployed),
			rec(rel("ops", "platform"), 1, release.StatusDeployed, h),
		},
	}
	for _, thorough := range []bool{true} {
		src := newSource(s)
		src.snap.Time = someTime
		f, _ := src.settle(t, verdict.Options{Thorough: thorough})
		if f[0].Reason == verdict.ReasonDropped {
			t.Errorf("thorough=%v: Dropped, though ops/platform declares it now", thorough)
		}
	}
}

// An undecodable record elsewhere may declare what is said to be of a release
// that is gone.
func TestLawReleaseGoneWithRecordUnreadElsewhere(t *testing.T) {
	id := snapshot.RecordID{Release: rel("ops", "platform"), Revision: 1}
	s := &snapshot.Snapshot{
		Time: someTime, RecordsEverywhere: true, WitnessesEverywhere: true,
		Objects: []snapshot.Object{with(sa("shop", "b"), read, label("app.kubernetes.io/instance", "blog"))},
		Records: []snapshot.Record{unread(id.Release, 1, release.StatusDeployed)},
		Gaps:    []snapshot.Gap{{What: "record", Namespace: "ops", Why: "does not decode", Record: &id}},
	}
	if f, lacks := verdict.Judge(s, verdict.Options{Thorough: true}); f[0].Prunable() && lacks.None() {
		t.Errorf("prunable (%s), though ops/platform, which may declare it, could not be read", f[0].Reason)
	}
}

// Keep marks with other tools' newer words.
func TestLawArgoConfirm(t *testing.T) {
	for _, v := range []string{"Delete=confirm", "Prune=confirm", "Delete=false,Prune=true"} {
		s := &snapshot.Snapshot{
			Time: someTime, RecordsEverywhere: true, WitnessesEverywhere: true,
			Objects: []snapshot.Object{with(job("shop", "blog-migrate"), ended, read, annotation("argocd.argoproj.io/sync-options", v))},
			Records: []snapshot.Record{manifestRead(rec(rel("shop", "blog"), 1, release.StatusDeployed, declares(jobRef("blog-migrate"))))},
		}
		if f, _ := verdict.Judge(s, verdict.Options{}); f[0].Prunable() {
			t.Errorf("%s does not keep it", v)
		}
	}
}
