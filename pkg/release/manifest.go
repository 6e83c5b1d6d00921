package release

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"sigs.k8s.io/yaml"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/internal/boundedyaml"
)

// manifestHead is the part of a hook's manifest that matters here.
type manifestHead struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name         string `json:"name"`
		Namespace    string `json:"namespace"`
		GenerateName string `json:"generateName"`
		// Strings, as in Helm's own type: of numbers and booleans YAML then makes
		// the very strings that Helm reads.
		Annotations map[string]string `json:"annotations"`
	} `json:"metadata"`
	Items []json.RawMessage `json:"items"`
}

// itemHead is the same for an item of a List, whose annotations mean nothing.
type itemHead struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name         string `json:"name"`
		Namespace    string `json:"namespace"`
		GenerateName string `json:"generateName"`
	} `json:"metadata"`
	Items []json.RawMessage `json:"items"`
}

// maxListDepth bounds how deep Lists of Lists are looked into.
const maxListDepth = 4

// maxManifest is how large a manifest may be, in bytes. API servers take no larger
// object.
const maxManifest = 3 << 20

// digestSize is how many bytes of a checksum tell the texts of one hook apart.
const digestSize = 8

// readManifest fills Digest, Declared and Objects. A manifest that cannot be read still
// has the name and kind that Helm took from it. Sum is the manifest's checksum.
func (h *Hook) readManifest(manifest string, sum [sha256.Size]byte, heads *Heads) {
	h.Digest = hex.EncodeToString(sum[:digestSize])
	h.Objects = []Ref{{Kind: h.Kind, Name: h.Name}}
	if len(manifest) > maxManifest {
		h.Unreadable = fmt.Sprintf("its manifest is larger than the limit of %d bytes", maxManifest)
		return
	}
	head, why := heads.parse(manifest, sum)
	if why != "" {
		h.Unreadable = why
		return
	}
	if head.Kind == "" {
		h.Unreadable = "its manifest names no kind"
		return
	}
	h.Declared, _ = hook.Parse(head.Metadata.Annotations)
	h.Objects = head.refs(nil, maxListDepth)
	h.tighten()
}

// tighten has the hook hold each text once, that the record and the manifest both have.
func (h *Hook) tighten() {
	if len(h.Objects) == 1 {
		ref := &h.Objects[0]
		if h.Kind == ref.Kind {
			h.Kind = ref.Kind
		}
		if h.Name == ref.Name {
			h.Name = ref.Name
		}
	}
	if slices.Equal(h.Events, h.Declared.Events) {
		h.Events = h.Declared.Events
	}
	if slices.Equal(h.DeletePolicies, h.Declared.Policy.Words) {
		h.DeletePolicies = h.Declared.Policy.Words
	}
}

// parseHead reads what matters of a manifest, or says why it cannot.
func parseHead(manifest string) (head manifestHead, why string) {
	if text, ok := cutHead(manifest); ok && nodes(text) <= maxNodes {
		if head, ok := plainHead(text); ok {
			return head, ""
		}
		if err := boundedyaml.CheckAliases([]byte(text)); err != nil {
			return head, err.Error()
		}
		if yaml.Unmarshal([]byte(text), &head) == nil {
			return head, ""
		}
		head = manifestHead{}
	}
	if nodes(manifest) > maxNodes {
		return head, fmt.Sprintf("its manifest has more than %d parts, or is written in an unusual way", maxNodes)
	}
	if err := boundedyaml.CheckAliases([]byte(manifest)); err != nil {
		return head, err.Error()
	}
	if err := yaml.Unmarshal([]byte(manifest), &head); err != nil {
		return head, "its manifest is not YAML that Helm could have read" + line(err)
	}
	return head, ""
}

// refs lists the objects that Helm creates from the manifest. Of a List, only
// the items become objects, whatever the List's own annotations say.
func (m *manifestHead) refs(refs []Ref, depth int) []Ref {
	if !m.isList() || depth == 0 {
		ref := Ref{APIVersion: m.APIVersion, Kind: m.Kind, Namespace: m.Metadata.Namespace, Name: m.Metadata.Name}
		if ref.Name == "" { // else it matters to nobody
			ref.GenerateName = m.Metadata.GenerateName
		}
		return append(refs, ref)
	}
	for _, raw := range m.Items {
		var item itemHead
		if json.Unmarshal(raw, &item) == nil && item.Kind != "" {
			refs = item.head().refs(refs, depth-1)
		}
	}
	return refs
}

func (i *itemHead) head() *manifestHead {
	m := &manifestHead{APIVersion: i.APIVersion, Kind: i.Kind, Items: i.Items}
	m.Metadata.Name, m.Metadata.Namespace, m.Metadata.GenerateName = i.Metadata.Name, i.Metadata.Namespace, i.Metadata.GenerateName
	return m
}

var lineNumber = regexp.MustCompile(`\byaml: (line \d+)`)

// line is where a YAML error is. The rest of its text may quote the manifest, and
// so a password.
func line(err error) string {
	if m := lineNumber.FindStringSubmatch(err.Error()); m != nil {
		return ": " + m[1]
	}
	return ""
}
