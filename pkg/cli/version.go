package cli

import (
	"encoding/json"
	"fmt"
	"runtime"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"sigs.k8s.io/yaml"
)

// Build says what binary this is.
type Build struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	// Date is the commit's, so that two builds of it are the same.
	Date string `json:"date,omitempty"`
}

type versionInfo struct {
	Build
	GoVersion string `json:"goVersion"`
	Platform  string `json:"platform"`
}

func newVersionCommand(streams genericiooptions.IOStreams, build Build) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Print the version of the plugin",
		Example: "  kubectl helmhooks version -o json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			info := versionInfo{build, runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH}
			text, err := info.format(output)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(streams.Out, text)
			return err
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "Output format. One of: (json, yaml)")
	return cmd
}

func (v versionInfo) format(output string) (string, error) {
	switch output {
	case "":
		return fmt.Sprintf("%s version %s (%s, %s)\n", name, v.Version, v.GoVersion, v.Platform), nil
	case "json":
		text, err := json.MarshalIndent(v, "", "    ")
		return string(text) + "\n", err
	case "yaml":
		text, err := yaml.Marshal(v)
		return string(text), err
	default:
		return "", fmt.Errorf("--output %q is not a format of version; use json or yaml", output)
	}
}
