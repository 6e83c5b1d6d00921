package dump

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

const (
	object1 = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"}}`
	opening = `{"apiVersion":"v1","kind":"List","items":[`
)

// Every fault is told in one line, with the file, roughly where, and what to do.
func TestFaults(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", "it is empty: did the command that wrote it fail?"},
		{"space", strings.Repeat(" \n", 9000), "it is empty"},
		{"comments", "# nothing\n---\n---\n", "it is empty"},
		{"only a BOM", "\ufeff", "it is empty"},
		{"gzip", pack([]byte("x"))[:0] + "\x1f\x8b\x08\x00", "it is compressed (gzip): gunzip it first"},
		{"zstd", "\x28\xb5\x2f\xfd\x00", "it is compressed (zstd)"},
		{"UTF-16", "\xff\xfe{\x00}\x00", "it is UTF-16: convert it to UTF-8 first"},
		{"UTF-16 without BOM", "{\x00}\x00", "neither JSON nor YAML, but binary"},
		{"binary", "\x7fELF\x02\x01\x01\x00", "neither JSON nor YAML, but binary"},
		{"NUL later", `{"a":"` + strings.Repeat("x", 9000) + "\x00", "not JSON near byte"},
		{"truncated", opening + object1, "it ends too soon, after byte"},
		{"truncated in a string", opening + `{"apiVersion":"v1`, "it ends too soon"},
		{"truncated in a key", `{"apiVersion":"v1","ki`, "it ends too soon"},
		{"no JSON", opening + `}`, "not JSON near byte"},
		{"text after", object1 + "\nerror: x", "not JSON near byte 5"},
		{"text", "error: the server doesn't have a resource type\n", "it has no kind or no apiVersion"},
		{"a sentence", "No resources found\n", "the document of line 1: found string where an object should be"},
		{"table", "NAME   READY\nx: 1/1\n", "not YAML near line"},
		{"YAML with a tab", "a:\n\t- b\n", "not YAML near line 2"},
		{"YAML item", "items:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: x}\n- a: [\n", "item 1 (line 5): not YAML near line"},
		{"YAML items twice", "items:\n- " + object1 + "\nkind: List\napiVersion: v1\nitems:\n- " + object1 + "\n", "has items twice"},
		{"number", "[7]", "item 0: found number where something else should be"},
		{"string", `["hunter2"]`, "item 0: found string where something else should be"},
		{"null", opening + `null]}`, "it has no kind"},
		{"no kind", opening + `{"metadata":{"name":"x"}}]}`, "item 0: not an object of Kubernetes: it has no kind"},
		{"no name", opening + object1 + `,{"apiVersion":"v1","kind":"Config"}]}`, "item 1: not from a cluster: a Config without a name"},
		{"wrong type", opening + `{"apiVersion":"v1","kind":"Pod","metadata":{"name":["hunter2"]}}]}`, "its metadata.name is of the wrong type (array)"},
		{"wrong time", opening + `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x","creationTimestamp":"hunter2"}}]}`, "item 0: not an object of Kubernetes: a time in it is none"},
		{"wrong status", opening + `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"status":7}]}`, "the status of Pod x"},
		{"no List", `{"apiVersion":"v1","items":[` + object1 + `],"kind":"Pod","metadata":{"name":"x"}}`, "no List, but it has items"},
		{"deep", strings.Repeat("[", 20000), "exceeded max depth"},
		{"deep object", opening + strings.Repeat(`{"a":`, 20000), "not JSON"},
		{"deep YAML", strings.Repeat("- ", 20000), ""},
		{"deep Lists", strings.Repeat(opening, 9) + object1 + strings.Repeat("]}", 9), "a List nested too deep"},
		{"large object", opening + `{"a":"` + strings.Repeat("x", 2*maxObject), "item 0: larger than the limit of 8 MiB"},
		{"large key", `{"` + strings.Repeat("x", 2*maxObject), "larger than the limit"},
		{"large space", opening + strings.Repeat(" ", 4*maxObject), "larger than the limit"},
		{"large YAML", "a: 1\n" + strings.Repeat("# x\n", maxYAML/4), "what begins in line 1 is larger than the limit of 4 MiB for YAML: use -o json"},
		{"large YAML line", "a: " + strings.Repeat("x", maxYAML), "line 1 is larger than the limit of 4 MiB for YAML: use -o json"},
		{"YAML bomb", "a: &a " + strings.Repeat("x", 100000) + "\nb: [" + strings.Repeat("*a,", 90000) + "]\n", "aliases make it too large"},
		{"YAML lol", lol(), ""},
		{"YAML recursion", "a: &a [*a]\n", ""},
		{"pending", `{"items":[` + strings.Repeat(`{"spec":"`+strings.Repeat("x", 1<<20)+`"},`, 65), `put "kind" before "items"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := openText(tt.text, Options{})
			if err == nil || !strings.HasPrefix(err.Error(), "standard input: ") || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v\nwant %q", err, tt.want)
			}
			if text := err.Error(); strings.Contains(text, "\n") || len(text) > 200 || strings.Contains(text, "hunter2") {
				t.Errorf("no short line without secrets: %q", text)
			}
		})
	}
}

func lol() string {
	var b strings.Builder
	b.WriteString("a0: &a0 lol\n")
	for i := 1; i < 12; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 9), ","))
	}
	return b.String()
}

// What looks strange and is right.
func TestOddities(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		objects    int
	}{
		{"no items", opening + `]}`, 0},
		{"null items", `{"apiVersion":"v1","kind":"PodList","items":null}`, 0},
		{"null items before the kind", `{"apiVersion":"v1","items":null,"kind":"List"}`, 0},
		{"null items, YAML", "apiVersion: v1\nkind: PodList\nitems:\n", 0},
		{"empty items, YAML", "apiVersion: v1\nitems: []\nkind: List\n", 0},
		{"a kind that only ends so", `{"apiVersion":"x.io/v1","kind":"AllowList","metadata":{"name":"x","annotations":{"helm.sh/hook":"test"}}}`, 1},
		{"items that are no list", `{"apiVersion":"x.io/v1","items":{"a":[{}]},"kind":"Thing","metadata":{"name":"x","annotations":{"helm.sh/hook":"test"}}}`, 1},
		{"items of another kind", `{"apiVersion":"x.io/v1","items":[{"name":"y"}],"kind":"Thing","metadata":{"name":"x","annotations":{"helm.sh/hook":"test"}}}`, 1},
		{"scripts in YAML", "items:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    annotations: {helm.sh/hook: test}\n    name: x\n" +
			"  spec:\n    a: |\n      items:\n      - b\n      ---\n\n      # c\n      *d & &e\n# f\n\n  status: {}\nkind: List\napiVersion: v1\n", 1},
		{"directive", "%YAML 1.1\n---\n" + object1 + "\n", 0},
		{"parts of other kinds that are no objects", `{"apiVersion":"x.io/v1","kind":"Thing","metadata":{"name":"x","annotations":{"helm.sh/hook":"test"}},"spec":7,"status":"x","type":{},"data":[]}`, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := len(mustOpen(t, tt.text).Objects); got != tt.objects {
				t.Errorf("%d objects, want %d", got, tt.objects)
			}
		})
	}
}

// Records that cannot be read are gaps.
func TestBadRecords(t *testing.T) {
	c := &cast{}
	c.record("Secret", "shop", "other", 1)
	metaOf(c.objects[0])["name"] = "sh.helm.release.v1.blog.v1"
	c.stored("Secret", "shop", "a", 1, "")
	c.stored("Secret", "shop", "b", 1, "x")["data"] = nil
	c.stored("Secret", "shop", "c", 1, "x")["data"] = thing{"release": 7}
	c.stored("Secret", "shop", "d", 1, "x")["data"] = []any{"hunter2"}
	c.stored("ConfigMap", "shop", "e", 1, "x")["data"] = thing{"release": []any{}}
	c.stored("ConfigMap", "shop", "f", 1, pack(bytes.Repeat([]byte(" "), 1<<20)))
	s := mustOpen(t, jsonOf(t, listOf(c.objects)))
	gaps := 0
	for _, g := range s.Gaps {
		if g.Record != nil {
			gaps++
		}
	}
	if gaps != 7 || len(s.Records) != 7 {
		t.Errorf("%d gaps of %d records, want 7 of 7: %+v", gaps, len(s.Records), s.Gaps)
	}
}

// What is not Helm's is no record, whatever it looks like.
func TestNoRecords(t *testing.T) {
	c := &cast{}
	metaOf(c.stored("Secret", "shop", "b", 1, "x"))["labels"] = thing{}
	metaOf(c.stored("ConfigMap", "shop", "c", 1, "x"))["name"] = "else"
	c.stored("Secret", "shop", "d", 1, "x")["apiVersion"] = "example.com/v1"
	if s := mustOpen(t, jsonOf(t, listOf(c.objects))); len(s.Records) != 0 || !s.RecordsUnread() {
		t.Errorf("records %+v, gaps %+v", s.Records, s.Gaps)
	}
}
