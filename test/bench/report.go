package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const reportCommand = "report"

const begin, end = "<!-- measured: begin -->", "<!-- measured: end -->"

// report puts the tables of all results into a document, and draws the plots.
func report(args []string) error {
	f := flag.NewFlagSet(reportCommand, flag.ContinueOnError)
	dir := f.String("results", "", "the directory of results")
	document := f.String("document", "", "the document to write the tables into")
	if err := f.Parse(args); err != nil {
		return err
	}
	all, err := readResults(*dir)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return fmt.Errorf("no results in %s", *dir)
	}
	text, err := os.ReadFile(*document)
	if err != nil {
		return err
	}
	head, rest, ok := strings.Cut(string(text), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		return errors.New(*document + " has no place for tables")
	}
	var b strings.Builder
	for i := range all {
		all[i].tables(&b)
		if len(all[i].Sizes) > 1 {
			if err := all[i].plots(*dir); err != nil {
				return err
			}
			rel := filepath.Base(*dir)
			fmt.Fprintf(&b, "![time](%s/%s-time.svg)\n\n![memory](%[1]s/%[2]s-memory.svg)\n\n", rel, all[i].Name)
		}
	}
	return os.WriteFile(*document, []byte(head+begin+"\n\n"+b.String()+end+tail), 0o644)
}

func readResults(dir string) ([]results, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	var all []results
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		var r results
		if err := json.Unmarshal(text, &r); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b results) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

func (r *results) tables(b *strings.Builder) {
	fmt.Fprintf(b, "### %s\n\n%s.\n\n", r.Name, r.Load)
	for i := range r.Sizes {
		s := &r.Sizes[i]
		fmt.Fprintf(b, "%d releases, %d records; `ls -A` makes %d requests:\n\n", s.Releases, s.Records, s.Requests)
		b.WriteString("| command | seconds (least–most) | CPU s | MiB (least–most) | rounds |\n|---|---|---|---|---|\n")
		for _, c := range s.Commands {
			fmt.Fprintf(b, "| %s | %s | %.2f | %s | %d |\n", c.Name, spread(c.Seconds, 3), c.CPU, spread(c.MiB, 0), c.Rounds)
		}
		b.WriteString("\n")
	}
}

func spread(v [3]float64, digits int) string {
	if v[1] == v[2] {
		return fmt.Sprintf("%.*f", digits, v[0])
	}
	return fmt.Sprintf("%.*f (%.*f–%.*f)", digits, v[0], digits, v[1], digits, v[2])
}
