package main

import (
	"fmt"
	"html"
	"strings"
	"time"
)

const (
	charWidth, lineHeight, margin = 8.4, 18, 14
	style                         = `text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d4d4d4;white-space:pre}` +
		`.typed{fill:#9cdcfe}.f{visibility:hidden}`
)

// draw makes an SVG that shows one frame after the other, for ever. Where nothing moves,
// the last one stays.
func draw(frames []frame) string {
	var whole time.Duration
	for _, f := range frames {
		whole += f.lasts
	}
	width, height := 2*margin+columns*charWidth, 2*margin+rows*lineHeight
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %d" width="%.0f" height="%d" role="img" aria-label="kubectl helmhooks in a terminal">`+"\n",
		width, height, width, height)
	fmt.Fprintf(&b, "<style>%s", style)
	at := time.Duration(0)
	percent := func(d time.Duration) float64 { return 100 * d.Seconds() / whole.Seconds() }
	for i, f := range frames {
		from, to := percent(at), percent(at+f.lasts)
		fmt.Fprintf(&b, "\n@keyframes k%d{0%%{visibility:hidden}%.3f%%{visibility:visible}%.3f%%{visibility:hidden}100%%{visibility:hidden}}"+
			".f%d{animation:k%d %.1fs step-end infinite}", i, from, to, i, i, whole.Seconds())
		at += f.lasts
	}
	fmt.Fprintf(&b, "\n@media (prefers-reduced-motion: reduce){.f{animation:none}.f%d{visibility:visible}}</style>\n", len(frames)-1)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" rx="8" fill="#1e1e1e"/>`+"\n")
	for i, f := range frames {
		fmt.Fprintf(&b, `<g class="f f%d">`+"\n", i)
		for n, line := range f.lines {
			if line == "" {
				continue
			}
			class := ""
			if n == 0 {
				class = ` class="typed"`
			}
			fmt.Fprintf(&b, `<text x="%d" y="%d" xml:space="preserve"%s>%s</text>`+"\n", margin, margin+(n+1)*lineHeight-4, class, html.EscapeString(line))
		}
		b.WriteString("</g>\n")
	}
	b.WriteString("</svg>\n")
	return b.String()
}
