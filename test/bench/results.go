package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
)

// results are those of one run.
type results struct {
	Name  string `json:"name"`
	Load  string `json:"load"`
	Sizes []size `json:"sizes"`
}

// size is what was measured with so many releases.
type size struct {
	Releases int `json:"releases"`
	Records  int `json:"records"`
	// Requests are those of ls -A.
	Requests int       `json:"requests"`
	Commands []command `json:"commands"`
}

// command is what was measured of one: medians, and the least and the most.
type command struct {
	Name      string     `json:"name"`
	Processes int        `json:"processes"`
	Rounds    int        `json:"rounds"`
	Seconds   [3]float64 `json:"seconds"`
	CPU       float64    `json:"cpuSeconds"`
	MiB       [3]float64 `json:"mib"`
}

// sample is one measurement.
type sample struct{ Seconds, CPU, MiB float64 }

func summary(name string, processes int, samples []sample) command {
	of := func(pick func(sample) float64) []float64 {
		var all []float64
		for _, s := range samples {
			all = append(all, pick(s))
		}
		slices.Sort(all)
		return all
	}
	spread := func(all []float64) [3]float64 { return [3]float64{median(all), all[0], all[len(all)-1]} }
	return command{
		Name: name, Processes: processes, Rounds: len(samples),
		Seconds: spread(of(func(s sample) float64 { return s.Seconds })),
		CPU:     median(of(func(s sample) float64 { return s.CPU })),
		MiB:     spread(of(func(s sample) float64 { return s.MiB })),
	}
}

// median of numbers in order.
func median(sorted []float64) float64 {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

func (r *results) write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, r.Name+".json"), append(text, '\n'), 0o644)
}

// find is the command of a name, or nil.
func (s *size) find(name string) *command {
	for i := range s.Commands {
		if s.Commands[i].Name == name {
			return &s.Commands[i]
		}
	}
	return nil
}
