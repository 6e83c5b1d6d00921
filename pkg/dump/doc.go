// Package dump is evidence from files: from a Snapshot that this program wrote,
// or from what `kubectl get -o json` and `-o yaml` print. What a file is, its
// content tells and not its name.
//
// kubectl's dumps become a Snapshot by the same rules as a live cluster, with
// these differences:
//
//   - The whole dump is evidence, whatever namespace was asked for, and the
//     bodies of all records are decoded at once.
//   - The time is the newest that the server gave an object: its creation, a
//     change in managedFields, the end of a hook's run. No clock is read, so the
//     same files always give the same Snapshot, and no age is negative.
//   - Kinds are those of the objects and of the hooks that records declare. A
//     kind that is declared and of which the files hold no object is a gap: a
//     List does not say what was not listed.
//   - Records count as read everywhere if those in the files come from more than
//     one namespace; else nobody knows what else there is.
//   - Files without any Deployment, StatefulSet, DaemonSet or Service cannot tell
//     whether a release lives without records, and that a HelmRelease of Flux is
//     not in them does not mean that there is none.
//   - An object that is there twice counts once, as it is found first.
//
// A Snapshot stands alone: it is not merged with other files, since what one of
// two readings did not see may be what happened between them.
//
// Files may be huge, cut short, or made with malice. Lists are read object by
// object, and of objects that are no hooks only metadata is kept, compressed.
package dump
