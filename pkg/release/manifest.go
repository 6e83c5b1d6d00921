package release

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
)

// manifestHead is the part of a hook's manifest that matters here.
type manifestHead struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name         string         `json:"name"`
		Namespace    string         `json:"namespace"`
		GenerateName string         `json:"generateName"`
		Annotations  map[string]any `json:"annotations"`
	} `json:"metadata"`
	Items []json.RawMessage `json:"items"`
}

// maxListDepth bounds how deep Lists of Lists are looked into.
const maxListDepth = 4

// maxManifest is how large a manifest may be, in bytes. API servers take no larger
// object.
const maxManifest = 3 << 20

// readManifest fills Declared and Objects. A manifest that cannot be read still
// has the name and kind that Helm took from it.
func (h *Hook) readManifest(manifest string) {
	h.Objects = []Ref{{Kind: h.Kind, Name: h.Name}}
	if len(manifest) > maxManifest {
		h.Unreadable = fmt.Sprintf("its manifest is larger than the limit of %d bytes", maxManifest)
		return
	}
	head, why := parseHead(manifest)
	if why != "" {
		h.Unreadable = why
		return
	}
	if head.Kind == "" {
		h.Unreadable = "its manifest names no kind"
		return
	}
	h.Declared, _ = hook.Parse(annotations(head.Metadata.Annotations))
	h.Objects = head.refs(nil, maxListDepth)
}

// parseHead reads what matters of a manifest, or says why it cannot.
func parseHead(manifest string) (head manifestHead, why string) {
	if text, ok := cutHead(manifest); ok && nodes(text) <= maxNodes {
		if yaml.Unmarshal([]byte(text), &head) == nil {
			return head, ""
		}
		head = manifestHead{}
	}
	if nodes(manifest) > maxNodes {
		return head, fmt.Sprintf("its manifest has more than %d parts, or is written in an unusual way", maxNodes)
	}
	if err := yaml.Unmarshal([]byte(manifest), &head); err != nil {
		return head, "its manifest is not YAML that Helm could have read" + line(err)
	}
	return head, ""
}

// refs lists the objects that Helm creates from the manifest. Of a List, only
// the items become objects, whatever the List's own annotations say.
func (m *manifestHead) refs(refs []Ref, depth int) []Ref {
	if !strings.HasSuffix(m.Kind, "List") || m.Items == nil || depth == 0 {
		return append(refs, Ref{
			APIVersion: m.APIVersion, Kind: m.Kind,
			Namespace: m.Metadata.Namespace, Name: m.Metadata.Name, GenerateName: m.generateName(),
		})
	}
	for _, raw := range m.Items {
		var item manifestHead
		if json.Unmarshal(raw, &item) == nil && item.Kind != "" {
			refs = item.refs(refs, depth-1)
		}
	}
	return refs
}

// generateName matters only where there is no name.
func (m *manifestHead) generateName() string {
	if m.Metadata.Name != "" {
		return ""
	}
	return m.Metadata.GenerateName
}

// annotations makes strings of values. Helm takes only strings, except for null,
// which it reads as the empty string.
func annotations(values map[string]any) map[string]string {
	out := make(map[string]string, len(values))
	for k, v := range values {
		switch v := v.(type) {
		case string:
			out[k] = v
		case nil:
			out[k] = ""
		default:
			out[k] = fmt.Sprint(v)
		}
	}
	return out
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
