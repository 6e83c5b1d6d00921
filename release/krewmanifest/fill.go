package main

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// placeholder is the version that stands in the template, also in its URIs.
const placeholder = "v0.0.0"

// fill returns the manifest for the version. It edits the document's nodes, so
// that the result reads like the template.
func fill(template []byte, version string, checksums []byte) ([]byte, error) {
	if !regexp.MustCompile(`^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`).MatchString(version) {
		return nil, fmt.Errorf("-version %q is not of the form v1.2.3", version)
	}
	sums, err := parseChecksums(checksums)
	if err != nil {
		return nil, err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(template, &doc); err != nil {
		return nil, err
	}
	// The comment on top speaks of the template.
	doc.HeadComment, doc.Content[0].HeadComment, doc.Content[0].Content[0].HeadComment = "", "", ""
	spec, err := field(doc.Content[0], "spec")
	if err != nil {
		return nil, err
	}
	if err := fillVersion(spec, version); err != nil {
		return nil, err
	}
	platforms, err := field(spec, "platforms")
	if err != nil {
		return nil, err
	}
	for i, platform := range platforms.Content {
		if err := fillPlatform(platform, version, sums); err != nil {
			return nil, fmt.Errorf("spec.platforms[%d]: %w", i, err)
		}
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := errors.Join(encoder.Encode(&doc), encoder.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func fillVersion(spec *yaml.Node, version string) error {
	node, err := field(spec, "version")
	if err != nil {
		return err
	}
	if node.Value != placeholder {
		return fmt.Errorf("spec.version of the template is %q, not the placeholder %s", node.Value, placeholder)
	}
	node.Value = version
	return nil
}

func fillPlatform(platform *yaml.Node, version string, sums map[string]string) error {
	uri, err := field(platform, "uri")
	if err != nil {
		return err
	}
	sha, err := field(platform, "sha256")
	if err != nil {
		return err
	}
	archive := path.Base(uri.Value)
	sum, ok := sums[archive]
	if !ok {
		return fmt.Errorf("the checksums have none of %s", archive)
	}
	in, out := "/"+placeholder+"/", "/"+version+"/"
	if strings.Count(uri.Value, in) != 1 {
		return fmt.Errorf("uri %s does not hold the placeholder %s once", uri.Value, in)
	}
	uri.Value, sha.Value = strings.Replace(uri.Value, in, out, 1), sum
	return nil
}

// field returns the value of a mapping's key.
func field(mapping *yaml.Node, key string) (*yaml.Node, error) {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1], nil
		}
	}
	return nil, fmt.Errorf("the template has no field %s", key)
}

// parseChecksums reads what sha256sum writes, by file name.
func parseChecksums(text []byte) (map[string]string, error) {
	sums := map[string]string{}
	for line := range strings.Lines(string(text)) {
		sum, name, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if !ok || !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(sum) {
			return nil, fmt.Errorf("the checksums have a line that is none: %q", strings.TrimSpace(line))
		}
		sums[name] = sum
	}
	return sums, nil
}
