package cli

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/cluster"
)

// completionTimeout bounds how long a press of the tab key may take.
const completionTimeout = 3 * time.Second

type completion = func(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective)

// completeWords completes a flag that takes one of some words.
func completeWords(words []string) completion {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return words, cobra.ShellCompDirectiveNoFileComp
	}
}

// completeList completes a flag that takes words joined by commas.
func completeList(words func(ctx context.Context) []string) completion {
	return func(cmd *cobra.Command, _ []string, toComplete string) ([]string, cobra.ShellCompDirective) {
		before := ""
		if i := strings.LastIndexByte(toComplete, ','); i >= 0 {
			before = toComplete[:i+1]
		}
		used := strings.Split(before, ",")
		var out []string
		for _, w := range words(cmd.Context()) {
			if !slices.Contains(used, w) {
				out = append(out, before+w)
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
}

func fixed(words []string) func(context.Context) []string {
	return func(context.Context) []string { return words }
}

// ask runs a question to the cluster. Completion has nowhere to tell errors: it
// then offers nothing.
func ask(ctx context.Context, config *connectFlags, question func(context.Context, *cluster.Client) ([]string, error)) []string {
	client, err := config.connect()
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, completionTimeout)
	defer cancel()
	words, err := question(ctx, client)
	if err != nil {
		return nil
	}
	return words
}

// completeReleases offers the releases that have records in the namespace.
func completeReleases(config *connectFlags, allNamespaces *bool) completion {
	return func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		namespace, _, err := config.ToRawKubeConfigLoader().Namespace()
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		if *allNamespaces {
			namespace = ""
		}
		names := ask(cmd.Context(), config, func(ctx context.Context, c *cluster.Client) ([]string, error) {
			return c.ReleaseNames(ctx, namespace)
		})
		names = slices.DeleteFunc(names, func(n string) bool { return slices.Contains(args, n) })
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}

// completeTargets offers releases, and KIND/NAME of the hook objects that have the
// kind which was begun.
func completeTargets(config *connectFlags, allNamespaces *bool) completion {
	releases := completeReleases(config, allNamespaces)
	return func(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		kind, _, ok := strings.Cut(toComplete, "/")
		if !ok {
			return releases(cmd, args, toComplete)
		}
		namespace, _, err := config.ToRawKubeConfigLoader().Namespace()
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		if *allNamespaces {
			namespace = ""
		}
		return ask(cmd.Context(), config, func(ctx context.Context, c *cluster.Client) ([]string, error) {
			return c.HookNames(ctx, namespace, kind)
		}), cobra.ShellCompDirectiveNoFileComp
	}
}

func kindWords(config *connectFlags) func(context.Context) []string {
	return func(ctx context.Context) []string {
		return ask(ctx, config, func(ctx context.Context, c *cluster.Client) ([]string, error) { return c.KindNames(ctx) })
	}
}

// completeGlobals completes the flags that all commands share with kubectl.
func completeGlobals(root *cobra.Command, config *connectFlags) error {
	namespaces := func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		return ask(cmd.Context(), config, func(ctx context.Context, c *cluster.Client) ([]string, error) {
			return c.NamespaceNames(ctx)
		}), cobra.ShellCompDirectiveNoFileComp
	}
	contexts := func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		var names []string
		if raw, err := config.ToRawKubeConfigLoader().RawConfig(); err == nil {
			for name := range raw.Contexts {
				names = append(names, name)
			}
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
	if err := root.RegisterFlagCompletionFunc("namespace", namespaces); err != nil {
		return err
	}
	return root.RegisterFlagCompletionFunc("context", contexts)
}
