package main

import (
	"image/color"
	"path/filepath"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// plots draws time and memory against the number of releases, both by powers of ten.
func (r *results) plots(dir string) error {
	for _, p := range []struct {
		name, title string
		of          func(*command) float64
	}{
		{"time", "seconds", func(c *command) float64 { return c.Seconds[0] }},
		{"memory", "MiB", func(c *command) float64 { return c.MiB[0] }},
	} {
		if err := r.plot(filepath.Join(dir, r.Name+"-"+p.name+".svg"), p.title, p.of); err != nil {
			return err
		}
	}
	return nil
}

func (r *results) plot(path, title string, of func(*command) float64) error {
	p := plot.New()
	p.X.Label.Text, p.Y.Label.Text = "releases", title
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.LogTicks{Prec: -1}, plot.LogTicks{Prec: -1}
	p.Legend.Top, p.Legend.Left = true, true
	p.Add(plotter.NewGrid())
	colors := []color.RGBA{{0x99, 0x99, 0x99, 0xff}, {0x44, 0x44, 0x44, 0xff}, {0xd6, 0x27, 0x28, 0xff}, {0x1f, 0x77, 0xb4, 0xff}, {0x2c, 0xa0, 0x2c, 0xff}, {0x94, 0x67, 0xbd, 0xff}}
	names := []string{"floor: read", "floor: read and inflate", "ls -A", "prune -A --dry-run=client", "helm 3 list -A --max 0", "helm 4 list -A --max 0"}
	for i, name := range names {
		var points plotter.XYs
		for k := range r.Sizes {
			if c := r.Sizes[k].find(name); c != nil {
				points = append(points, plotter.XY{X: float64(r.Sizes[k].Releases), Y: of(c)})
			}
		}
		if len(points) == 0 {
			continue
		}
		line, dots, err := plotter.NewLinePoints(points)
		if err != nil {
			return err
		}
		line.Color, dots.Color = colors[i], colors[i]
		line.Width = vg.Points(1.5)
		p.Add(line, dots)
		p.Legend.Add(name, line, dots)
	}
	return p.Save(7*vg.Inch, 4.5*vg.Inch, path)
}
