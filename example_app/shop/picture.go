package shop

import (
	"bytes"
	_ "embed"
	"html/template"
	"math"
	"strconv"
	"strings"
	"time"
)

// The size of a chart is that on a phone, where its texts must be readable. On
// wider screens the charts are side by side.
const (
	chartWidth  = 330
	chartHeight = 270
	chartBars   = 9  // more do not fit beside their names
	chartText   = 12 // the height of a text
	chartTicks  = 4  // most lines of the scale besides zero
)

// chartTheme has the colors of a chart. The background is the page's.
type chartTheme struct{ Text, Line, Bar string }

// chartThemes are the colors of site.css.
var chartThemes = map[string]chartTheme{
	"light": {"#535e64", "#d9dedb", "#0b6b5f"},
	"dark":  {"#a8b3b5", "#323b3e", "#63d2bf"},
}

func (c chart) svg(rows []sold, theme chartTheme) ([]byte, error) {
	p := &picture{chartTheme: theme, Width: chartWidth, Height: chartHeight, Size: chartText}
	if len(rows) == 0 {
		p.text("Nothing was sold yet.", 16, chartHeight/2, "start")
	} else {
		c.draw(p, rows)
	}
	var out bytes.Buffer
	err := pictureTemplate.Execute(&out, p)
	return out.Bytes(), err
}

//go:embed picture.svg
var pictureFile string

var pictureTemplate = template.Must(template.New("picture.svg").Parse(pictureFile))

// picture is the data of picture.svg.
type picture struct {
	chartTheme
	Width, Height, Size int
	Lines               []chartLine
	Bars                []chartBar
	Texts               []chartLabel
}

type chartLine struct{ X1, Y1, X2, Y2 float64 }

type chartBar struct{ X, Y, Width, Height float64 }

// chartLabel is a text. Anchor is the part of it that stands at X: start,
// middle or end.
type chartLabel struct {
	X, Y   float64
	Anchor string
	Text   string
}

func (p *picture) line(x1, y1, x2, y2 float64) {
	p.Lines = append(p.Lines, chartLine{tenth(x1), tenth(y1), tenth(x2), tenth(y2)})
}

func (p *picture) bar(x, y, width, height float64) {
	p.Bars = append(p.Bars, chartBar{tenth(x), tenth(y), tenth(width), tenth(height)})
}

func (p *picture) text(text string, x, y float64, anchor string) {
	p.Texts = append(p.Texts, chartLabel{tenth(x), tenth(y), anchor, text})
}

// tenth rounds a coordinate to what an eye can see.
func tenth(x float64) float64 { return math.Round(x*10) / 10 }

// columns draws vertical bars, one for each month.
func (p *picture) columns(rows []sold) {
	const left, right, top, bottom = 44, chartWidth - 12, 12, chartHeight - 28
	ticks := scale(rows)
	greatest := ticks[len(ticks)-1]
	at := func(v float64) float64 { return bottom - (bottom-top)*v/greatest }
	for _, v := range ticks {
		p.line(left, at(v), right, at(v))
		p.text(amount(v), left-6, at(v)+4, "end")
	}
	slot := float64(right-left) / float64(len(rows))
	for i, row := range rows {
		y := at(row.Sales.InexactFloat64())
		p.bar(left+slot*(float64(i)+.2), y, slot*.6, bottom-y)
	}
	named := min(len(rows), chartTicks)
	for k := range named {
		i := k * (len(rows) - 1) / max(named-1, 1)
		name := short(rows[i].Name)
		if month, err := time.Parse("2006-01", name); err == nil {
			name = month.Format("Jan 06")
		}
		p.text(name, min(left+slot*(float64(i)+.5), chartWidth-22), chartHeight-10, "middle")
	}
}

// bars draws horizontal bars, the largest at the top.
func (p *picture) bars(rows []sold) {
	const left, right, top, bottom = 124, chartWidth - 18, 8, chartHeight - 28
	rows = fold(rows, chartBars)
	ticks := scale(rows)
	greatest := ticks[len(ticks)-1]
	at := func(v float64) float64 { return left + (right-left)*v/greatest }
	for _, v := range ticks {
		p.line(at(v), top, at(v), bottom)
		p.text(amount(v), at(v), chartHeight-10, "middle")
	}
	slot := min(float64(bottom-top)/float64(len(rows)), 60)
	for i, row := range rows {
		y := top + slot*float64(i)
		p.bar(left, y+slot*.2, at(row.Sales.InexactFloat64())-left, slot*.6)
		p.text(short(row.Name), left-8, y+slot/2+4, "end")
	}
}

// scale returns the values of the lines of a scale: round numbers from zero to
// one that no row exceeds.
func scale(rows []sold) []float64 {
	greatest := 0.0
	for _, row := range rows {
		greatest = max(greatest, row.Sales.InexactFloat64())
	}
	if greatest == 0 {
		return []float64{0, 1}
	}
	step := math.Pow(10, math.Floor(math.Log10(greatest/chartTicks)))
	for _, factor := range []float64{2, 2.5, 2} { // 1, 2, 5, 10
		if math.Ceil(greatest/step) <= chartTicks {
			break
		}
		step *= factor
	}
	ticks := make([]float64, int(math.Ceil(greatest/step))+1)
	for i := range ticks {
		ticks[i] = step * float64(i)
	}
	return ticks
}

// amount formats a number of the scale: 250, 1.5k, 2M.
func amount(v float64) string {
	for _, unit := range []struct {
		size float64
		name string
	}{{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if v >= unit.size {
			return strconv.FormatFloat(v/unit.size, 'g', 4, 64) + unit.name
		}
	}
	return strconv.FormatFloat(v, 'g', 4, 64)
}

// short cuts a name so that the bars have room, and replaces characters that
// XML does not have.
func short(name string) string {
	const most = 16 // letters of the Latin alphabet; others may be twice as wide
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0xfffe || r == 0xffff {
			return '\uFFFD'
		}
		return r
	}, name)
	width := 0
	for i, r := range name {
		width++
		if r > 0x10ff {
			width++
		}
		if width > most {
			return strings.TrimSpace(name[:i]) + "…"
		}
	}
	return name
}
