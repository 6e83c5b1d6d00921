package hook

import (
	"slices"
	"strings"
)

// DeletePolicy is one word of the delete-policy annotation.
type DeletePolicy string

// The delete policies that Helm knows.
const (
	BeforeHookCreation DeletePolicy = "before-hook-creation"
	HookSucceeded      DeletePolicy = "hook-succeeded"
	HookFailed         DeletePolicy = "hook-failed"
)

// DeletePolicies returns all policies that Helm knows.
func DeletePolicies() []DeletePolicy {
	return []DeletePolicy{BeforeHookCreation, HookSucceeded, HookFailed}
}

// Code is the short form for tables: BHC, HS, HF, or "unknown" for any word that
// Helm does not know.
func (p DeletePolicy) Code() string {
	switch p {
	case BeforeHookCreation:
		return "BHC"
	case HookSucceeded:
		return "HS"
	case HookFailed:
		return "HF"
	default:
		return "unknown"
	}
}

// Known tells whether Helm acts on the word.
func (p DeletePolicy) Known() bool { return slices.Contains(DeletePolicies(), p) }

// Policy is the whole delete-policy annotation. The zero value means that there
// is none, which Helm takes as before-hook-creation.
type Policy struct {
	// Set tells whether the annotation is there at all. Any value, even an empty
	// or misspelt one, switches Helm's default off.
	Set bool `json:"set"`
	// Words are the annotation's words in canonical order, each once; words that
	// Helm does not know come last.
	Words []DeletePolicy `json:"words,omitempty"`
}

// maxWords is how many words of one annotation are kept. Anybody can fill it with
// nonsense, and after some of it there is nothing to learn from more.
const maxWords = 16

// ParsePolicy reads the value of a delete-policy annotation that is there. Of
// words that Helm does not know the first few are kept.
func ParsePolicy(value string) Policy {
	p := Policy{Set: true}
	for token := range strings.SplitSeq(value, ",") {
		w := DeletePolicy(normalize(token)).shared()
		if (w.Known() || len(p.Words) < maxWords) && !slices.Contains(p.Words, w) {
			p.Words = append(p.Words, w)
		}
	}
	slices.SortStableFunc(p.Words, func(a, b DeletePolicy) int { return a.order() - b.order() })
	return p
}

// shared is the word and, if Helm knows it, no part of an annotation's text.
func (p DeletePolicy) shared() DeletePolicy {
	if i := slices.Index(DeletePolicies(), p); i >= 0 {
		return DeletePolicies()[i]
	}
	return p
}

func (p DeletePolicy) order() int {
	if i := slices.Index(DeletePolicies(), p); i >= 0 {
		return i
	}
	return len(DeletePolicies())
}

// Has tells whether the annotation names the policy. It does not apply Helm's
// default: see Effective.
func (p Policy) Has(w DeletePolicy) bool { return slices.Contains(p.Words, w) }

// Effective tells whether Helm acts on the policy, its default included.
func (p Policy) Effective(w DeletePolicy) bool {
	return p.Has(w) || (!p.Set && w == BeforeHookCreation)
}

// Unknown returns the words that Helm does not know.
func (p Policy) Unknown() []DeletePolicy {
	var unknown []DeletePolicy
	for _, w := range p.Words {
		if !w.Known() {
			unknown = append(unknown, w)
		}
	}
	return unknown
}

// Code is the short form for tables: "none" or codes joined by commas.
func (p Policy) Code() string { return p.join(DeletePolicy.Code) }

// String is the annotation in canonical order, words that Helm does not know in
// quotes, or "none".
func (p Policy) String() string {
	return p.join(func(w DeletePolicy) string {
		if w.Known() {
			return string(w)
		}
		return `"` + string(w) + `"`
	})
}

func (p Policy) join(form func(DeletePolicy) string) string {
	if !p.Set {
		return "none"
	}
	words := make([]string, 0, len(p.Words))
	for _, w := range p.Words {
		words = append(words, form(w))
	}
	words = slices.Compact(words) // several unknown ones are one "unknown"
	return strings.Join(words, ",")
}
