package release

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"iter"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/internal/boundedyaml"
)

// Visitor is shown the objects that a record declares, hooks and ordinary resources
// alike.
type Visitor struct {
	// Wants tells, by kind and text of a manifest, whether it is worth parsing in full.
	Wants func(apiVersion, kind, text string) bool
	// Visit is given each wanted object, and the namespace of those that name none.
	Visit func(object map[string]any, namespace string)
}

// manifests are the texts of a record.
type manifests struct {
	resources string
	hooks     []string
}

const (
	// maxDocuments bounds how many documents a manifest may have.
	maxDocuments = 20_000
	// maxShown bounds how many YAML nodes a document may have to be shown: the largest
	// resource definitions of well-known charts have half of them.
	maxShown = 128_000
)

// DecodeManifest decodes as Decode does, and the ordinary resources as well. Unread
// says why not all manifests could be read; the rest of them has been, then.
func (d *Decoder) DecodeManifest(payload []byte, v Visitor) (body *Body, unread string, err error) {
	d.show, d.texts = &v, manifests{}
	defer func() { d.show, d.texts = nil, manifests{} }()
	if body, err = d.decode(payload); err != nil {
		return nil, "", err
	}
	count := 0
	for text := range documents(d.texts.resources) {
		if count++; count > maxDocuments {
			return body, cmp.Or(unread, fmt.Sprintf("its manifest has more than %d documents", maxDocuments)), nil
		}
		head, why := d.document(text, body.Namespace)
		if unread = cmp.Or(unread, why); why == "" && head.Kind != "" {
			body.Resources = head.refs(body.Resources, maxListDepth)
		}
	}
	for _, text := range d.texts.hooks {
		_, why := d.document(text, body.Namespace)
		unread = cmp.Or(unread, why)
	}
	return body, unread, nil
}

// manifest takes in the manifest if anybody wants it.
func (d *Decoder) manifest() error {
	switch {
	case d.plain != nil:
		return d.plainText()
	case d.show == nil:
		return d.scan.skip()
	}
	d.texts.resources = ""
	return d.value(&d.texts.resources)
}

// document reads what matters of a document, and shows what is wanted of it. What
// can be read of it is shown even if why says that not all could.
func (d *Decoder) document(text, namespace string) (head manifestHead, why string) {
	if len(text) > maxManifest {
		return head, fmt.Sprintf("one of its manifests is larger than the limit of %d bytes", maxManifest)
	}
	if head, why = d.heads.parse(text, sha256.Sum256([]byte(text))); why != "" || head.Kind == "" {
		return head, why
	}
	if head.isList() {
		d.showItems(&head, namespace, maxListDepth)
		return head, ""
	}
	if !d.show.Wants(head.APIVersion, head.Kind, text) {
		return head, ""
	}
	if nodes(text) > maxShown {
		return head, fmt.Sprintf("one of its manifests, of a %s, has more than %d parts", cleanKind(head.Kind), maxShown)
	}
	if err := boundedyaml.CheckAliases([]byte(text)); err != nil {
		return head, err.Error()
	}
	var object map[string]any
	if err := yaml.Unmarshal([]byte(text), &object); err != nil {
		return head, "its manifest is not YAML that Helm could have read" + line(err)
	}
	d.show.Visit(object, namespace)
	return head, ""
}

// cleanKind is a kind as a message may show it.
func cleanKind(kind string) string {
	if topLevelKey.MatchString(kind + ":") {
		return kind
	}
	return "kind unheard of"
}

func (m *manifestHead) isList() bool { return strings.HasSuffix(m.Kind, "List") && m.Items != nil }

// showItems shows the items of a List, which are JSON by now.
func (d *Decoder) showItems(list *manifestHead, namespace string, depth int) {
	if depth == 0 {
		return
	}
	for _, raw := range list.Items {
		var item itemHead
		if json.Unmarshal(raw, &item) != nil {
			continue
		}
		if head := item.head(); head.isList() {
			d.showItems(head, namespace, depth-1)
			continue
		}
		var object map[string]any
		if d.show.Wants(item.APIVersion, item.Kind, string(raw)) && json.Unmarshal(raw, &object) == nil {
			d.show.Visit(object, namespace)
		}
	}
}

// documents cuts a manifest at lines that begin with three dashes, whatever
// follows them, as Helm does. YAML has no such line inside a document: what is
// below a key is indented, and so is a block of text.
func documents(manifest string) iter.Seq[string] {
	return func(yield func(string) bool) {
		const separator = "---"
		start, at := 0, 0
		for line := range strings.Lines(manifest) {
			if strings.HasPrefix(line, separator) {
				if text := manifest[start:at]; !blank(text) && !yield(text) {
					return
				}
				start = at + len(line) - len(strings.TrimLeft(line[len(separator):], " \t"))
			}
			at += len(line)
		}
		if text := manifest[start:]; !blank(text) {
			yield(text)
		}
	}
}

// blank tells whether a document holds comments only.
func blank(text string) bool {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			return false
		}
	}
	return true
}
