package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/prune"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// mayDelete finds out, before anything is deleted, whether the user has all rights
// that the plan takes, and names those that lack.
func (o *pruneOptions) mayDelete(ctx context.Context, plan *prune.Plan, s *snapshot.Snapshot) error {
	ctx, cancel := o.limited(ctx)
	defer cancel()
	h := &hands{client: o.client, kinds: s.Kinds}
	needed := make(map[snapshot.ObjectRef]snapshot.Kind)
	for _, i := range plan.Items {
		k, err := h.kindOf(i.ObjectRef)
		if err != nil {
			return fmt.Errorf("nothing deleted: %w", err)
		}
		needed[snapshot.ObjectRef{APIVersion: i.APIVersion, Kind: i.Kind, Namespace: i.Namespace}] = k
	}
	verbs := []string{"delete"}
	if o.backupDir != "" || o.wait { // else nobody could see whether it is gone
		verbs = append(verbs, "get")
	}
	for _, verb := range verbs {
		missing, err := o.client.Missing(ctx, verb, "", needed)
		if err != nil {
			return fmt.Errorf("nothing deleted: cannot ask for your rights: %w", err)
		}
		if len(missing) > 0 {
			more := ""
			if n := len(missing) - 1; n > 0 {
				more = fmt.Sprintf(", and %d more like it", n)
			}
			return fmt.Errorf("nothing deleted: you may not %s %s; add the rule %s%s", verb, missing[0].Resource, missing[0], more)
		}
	}
	return nil
}

// confirm asks, unless that was waived, and returns the plan that was agreed to, or
// nil if none was.
func (o *pruneOptions) confirm(ctx context.Context, plan *prune.Plan) (*prune.Plan, error) {
	if o.yes {
		return plan, nil
	}
	if !isTerminal(o.streams.In) {
		return nil, errors.New("nothing deleted: this is not a terminal, so nobody can confirm; add --yes (or --dry-run=client to look)")
	}
	q := &questions{in: bufio.NewReader(o.streams.In), out: o.streams.ErrOut}
	if o.ask {
		return o.oneByOne(ctx, q, plan)
	}
	backup := "No backup (--backup-dir not set)."
	if o.backupDir != "" {
		backup = "They are saved in " + render.Clean(o.backupDir) + " before."
	}
	answer, err := q.ask(ctx, fmt.Sprintf("Delete %s in context %s? %s [y/N] ", objects(len(plan.Items)), render.Clean(plan.Context), backup))
	if err != nil {
		return nil, err
	}
	if answer != "y" && answer != "yes" {
		fmt.Fprintln(o.streams.ErrOut, "Nothing deleted.")
		return nil, nil
	}
	return plan, nil
}

func objects(n int) string {
	if n == 1 {
		return "1 object"
	}
	return fmt.Sprintf("%d objects", n)
}

// oneByOne asks for each object.
func (o *pruneOptions) oneByOne(ctx context.Context, q *questions, plan *prune.Plan) (*prune.Plan, error) {
	agreed := *plan
	agreed.Items = nil
	for n := 0; n < len(plan.Items); n++ {
		i := plan.Items[n]
		answer, err := q.ask(ctx, fmt.Sprintf("Delete %s (%s)? [y]es, [n]o, [a]ll, [q]uit with %d chosen: ",
			render.Name(i.ObjectRef), i.Reason, len(agreed.Items)))
		if err != nil {
			return nil, err
		}
		switch answer {
		case "y", "yes":
			agreed.Items = append(agreed.Items, i)
		case "n", "no":
		case "a", "all":
			agreed.Items = append(agreed.Items, plan.Items[n:]...)
			return &agreed, nil
		case "q", "quit":
			n = len(plan.Items)
		default:
			n-- // asked again
		}
	}
	if len(agreed.Items) == 0 {
		fmt.Fprintln(o.streams.ErrOut, "Nothing deleted.")
		return nil, nil
	}
	return &agreed, nil
}

// questions asks on a terminal.
type questions struct {
	in  *bufio.Reader
	out io.Writer
}

// ask waits for a line, or for the context to end. The end of the input is no answer.
func (q *questions) ask(ctx context.Context, text string) (string, error) {
	fmt.Fprint(q.out, text)
	type line struct {
		text string
		err  error
	}
	answer := make(chan line, 1)
	go func() {
		text, err := q.in.ReadString('\n')
		answer <- line{text, err}
	}()
	select {
	case l := <-answer:
		if l.err != nil {
			fmt.Fprintln(q.out)
			return "", errors.New("nothing deleted: there was no answer")
		}
		return strings.ToLower(strings.TrimSpace(l.text)), nil
	case <-ctx.Done():
		fmt.Fprintln(q.out)
		return "", ctx.Err()
	}
}

func isTerminal(r io.Reader) bool {
	f, ok := r.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
