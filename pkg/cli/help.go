package cli

import (
	"strings"

	"github.com/spf13/cobra"
)

// usageTemplate is cobra's, laid out as kubectl's users know it: a command's own
// flags are shown, and the thirty that all commands share have a page.
func usageTemplate() string {
	return strings.TrimLeft(`
Usage:
  {{if .HasAvailableSubCommands}}{{.CommandPath}} COMMAND [flags]{{else}}{{.UseLine}}{{end}}
{{- if .HasExample}}

Examples:
{{.Example}}{{end}}
{{- if and .HasAvailableSubCommands (not .Groups)}}

Commands:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}}  {{.Short}}{{end}}{{end}}{{end}}
{{- if .HasAvailableSubCommands}}{{$cmds := .Commands}}{{range $group := .Groups}}

{{.Title}}{{range $cmds}}{{if and (eq .GroupID $group.ID) (or .IsAvailableCommand (eq .Name "help"))}}
  {{rpad .Name .NamePadding}}  {{.Short}}{{end}}{{end}}{{end}}{{end}}
{{- if .HasAvailableLocalFlags}}{{if .HasParent}}

Flags:
{{.LocalFlags.FlagUsagesWrapped 100 | trimTrailingWhitespaces}}{{end}}{{end}}

{{if .HasAvailableSubCommands}}"{{.CommandPath}} COMMAND --help" tells more about a command, and
"{{.Root.CommandPath}} options" lists the flags that all share with kubectl.
{{else}}"{{.Root.CommandPath}} options" lists the flags that all commands share with kubectl.
{{end}}`, "\n")
}

// newOptionsCommand lists the global flags, as `kubectl options` does.
func newOptionsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "options",
		Short: "List the flags that all commands share with kubectl",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Usage() },
	}
	cmd.SetUsageFunc(func(cmd *cobra.Command) error {
		cmd.Printf("The following flags can be passed to any command:\n\n%s", cmd.InheritedFlags().FlagUsagesWrapped(100))
		return nil
	})
	return cmd
}
