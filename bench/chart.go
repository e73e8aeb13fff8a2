package main

import (
	"fmt"
	"io"
	"math"
)

// colors are those of the contenders in a chart, in turn; gormango's is the
// first.
var colors = []string{"#d62728", "#1f77b4", "#2ca02c", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf", "#ff7f0e", "#393b79", "#637939", "#8c6d31", "#843c39", "#7b4173", "#3182bd"}

// The measures of a chart in pixels.
const (
	chartLeft, chartRight, chartRow = 230, 900, 24
	legendColumns                   = 6
)

// chart writes a metric of a run as SVG: a row for each case, a dot for each
// contender at its ratio to pgx by hand, on a logarithmic axis.
func chart(w io.Writer, r Run, m metric) {
	legend := (len(r.Contenders)-2)/legendColumns + 1
	top := 50 + 18*legend
	height := top + chartRow*len(r.Cases) + 40
	low, high := 0.5, 2.0
	for _, c := range r.Cases {
		for i := range r.Contenders {
			if ratio, ok := c.ratio(i, m.of); ok && ratio.Median > 0 {
				low, high = min(low, ratio.Median), max(high, ratio.Median)
			}
		}
	}
	low, high = max(low*0.9, 1e-4), high*1.1
	x := func(v float64) float64 {
		return chartLeft + (chartRight-chartLeft)*math.Log(max(v, low)/low)/math.Log(high/low)
	}
	fmt.Fprintf(w, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">\n", chartRight+30, height)
	fmt.Fprintf(w, "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n<text x=\"10\" y=\"24\" font-size=\"16\">%s, ratio to pgx by hand, %s</text>\n", m.name, r.Title())
	for i, c := range r.Contenders[1:] {
		lx, ly := 10+i%legendColumns*150, 46+18*(i/legendColumns)
		fmt.Fprintf(w, "<circle cx=\"%d\" cy=\"%d\" r=\"4\" fill=\"%s\"/><text x=\"%d\" y=\"%d\">%s</text>\n", lx+4, ly-4, r.color(i+1), lx+12, ly, c.Name)
	}
	bottom := top + chartRow*len(r.Cases)
	for _, tick := range []float64{0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100} {
		if tick < low || tick > high {
			continue
		}
		stroke := "#ddd"
		if tick == 1 {
			stroke = "#000"
		}
		fmt.Fprintf(w, "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\"/><text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%g</text>\n", x(tick), top-6, x(tick), bottom, stroke, x(tick), bottom+16, tick)
	}
	for k, c := range r.Cases {
		y := top + chartRow*k + chartRow/2
		fmt.Fprintf(w, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#eee\"/>\n", chartLeft-8, y+4, c.Case.Name, chartLeft, y, chartRight, y)
		for i := len(r.Contenders) - 1; i > 0; i-- {
			ratio, ok := c.ratio(i, m.of)
			if !ok {
				continue
			}
			fmt.Fprintf(w, "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\" stroke-opacity=\"0.5\"/>", x(ratio.Median-ratio.Spread), y, x(ratio.Median+ratio.Spread), y, r.color(i))
			fmt.Fprintf(w, "<circle cx=\"%.1f\" cy=\"%d\" r=\"%d\" fill=\"%s\"><title>%s: %s</title></circle>\n", x(ratio.Median), y, r.radius(i), r.color(i), r.Contenders[i].Name, ratio)
		}
	}
	fmt.Fprintln(w, "</svg>")
}

// color returns the color of a contender: gormango's is red, the control's
// gray.
func (r Run) color(i int) string {
	switch r.Contenders[i].Name {
	case "gormango":
		return colors[0]
	case "pgx again":
		return "#aaa"
	}
	return colors[1+i%(len(colors)-1)]
}

func (r Run) radius(i int) int {
	if r.Contenders[i].Name == "gormango" {
		return 6
	}
	return 4
}

// growthChart writes a series as SVG: the CPU time for each unit over the
// number of units, both axes logarithmic.
func growthChart(w io.Writer, s Series) {
	const width, height, left, bottom = 640, 360, 80, 300
	each := func(p Point, line int) float64 { return p.Samples[line].CPU / float64(p.N) / 1e3 }
	low, high, most := math.Inf(1), 0.0, 1
	for _, p := range s.Points {
		for line := range s.Lines {
			low, high = min(low, each(p, line)), max(high, each(p, line))
		}
		most = max(most, p.N)
	}
	low, high = max(low, 1e-3)/1.5, high*1.5
	x := func(n int) float64 {
		return left + (width-left-40)*math.Log(float64(n))/math.Log(float64(max(most, 2)))
	}
	y := func(v float64) float64 { return bottom - (bottom-60)*math.Log(max(v, low)/low)/math.Log(high/low) }
	fmt.Fprintf(w, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n", width, height)
	fmt.Fprintf(w, "<text x=\"10\" y=\"24\" font-size=\"16\">%s: µs of CPU for each %s</text>\n", s.Name, s.Unit)
	for tick := 1e-3; tick < high; tick *= 10 {
		if tick >= low {
			fmt.Fprintf(w, "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%g</text>\n", left, y(tick), width-40, y(tick), left-8, y(tick)+4, tick)
		}
	}
	for _, p := range s.Points {
		fmt.Fprintf(w, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n", x(p.N), bottom+18, count(p.N))
	}
	for line, name := range s.Lines {
		color := colors[line%len(colors)]
		fmt.Fprintf(w, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"", color)
		for _, p := range s.Points {
			fmt.Fprintf(w, "%.1f,%.1f ", x(p.N), y(each(p, line)))
		}
		fmt.Fprintf(w, "\"/>\n<circle cx=\"%d\" cy=\"42\" r=\"4\" fill=\"%s\"/><text x=\"%d\" y=\"46\">%s</text>\n", 14+line*210, color, 22+line*210, name)
	}
	fmt.Fprintln(w, "</svg>")
}
