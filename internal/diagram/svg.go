package diagram

import (
	"cmp"
	"fmt"
	"html"
	"slices"
	"strings"
)

// The measures of the drawing.
const (
	lineHeight = 18
	headHeight = 24
	charWidth  = 7
	gapX, gapY = 90, 28
	margin     = 16
)

// SVG returns the diagram as a drawing: models in columns, those that others
// refer to further left.
func (d *Diagram) SVG() string {
	width, height, boxWidth := d.layout()
	var s strings.Builder
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" font-family="monospace" font-size="12">`+"\n", width, height)
	fmt.Fprintf(&s, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", width, height)
	for _, e := range d.edges {
		s.WriteString(e.svg(boxWidth))
	}
	for _, b := range d.boxes {
		s.WriteString(b.svg(boxWidth))
	}
	s.WriteString("</svg>\n")
	return s.String()
}

// layout places the boxes and returns the size of the drawing and the width of
// a box.
func (d *Diagram) layout() (width, height, boxWidth int) {
	d.layers()
	boxWidth = 120
	columns := map[int][]*box{}
	for _, b := range d.boxes {
		columns[b.layer] = append(columns[b.layer], b)
		b.height = headHeight + lineHeight*len(b.rows) + 6
		boxWidth = max(boxWidth, charWidth*len(b.name)+24)
		for _, r := range b.rows {
			boxWidth = max(boxWidth, charWidth*(len(r.name)+len(r.typ)+2)+20)
		}
	}
	for layer := range len(columns) {
		list := columns[layer]
		slices.SortStableFunc(list, func(a, b *box) int { return cmp.Compare(d.pull(a), d.pull(b)) })
		y := margin
		for _, b := range list {
			b.x, b.y = margin+layer*(boxWidth+gapX), y
			y += b.height + gapY
		}
		width, height = max(width, margin+layer*(boxWidth+gapX)+boxWidth+margin), max(height, y-gapY+margin)
	}
	return width, height, boxWidth
}

// layers sets the layer of each box, which is behind those of the boxes that it
// refers to. Relations within a circle do not count. No layer is empty.
func (d *Diagram) layers() {
	var visit func(b *box, path []*box) int
	done := map[*box]bool{}
	visit = func(b *box, path []*box) int {
		if done[b] {
			return b.layer
		}
		path = append(slices.Clip(path), b)
		b.layer = 0
		for _, e := range d.edges {
			if e.to == b && !slices.Contains(path, e.from) {
				b.layer = max(b.layer, visit(e.from, path)+1)
			}
		}
		done[b] = true
		return b.layer
	}
	used := map[int]bool{}
	for _, b := range d.boxes {
		used[visit(b, nil)] = true
	}
	for _, b := range d.boxes {
		below := 0
		for layer := range b.layer {
			if used[layer] {
				below++
			}
		}
		b.x = below // until all are counted
	}
	for _, b := range d.boxes {
		b.layer = b.x
	}
}

// pull returns the mean height of the boxes that a box refers to, which are
// placed.
func (d *Diagram) pull(b *box) int {
	sum, n := 0, 0
	for _, e := range d.edges {
		if e.to == b && e.from.layer < b.layer {
			sum, n = sum+e.from.y, n+1
		}
	}
	return sum / max(n, 1)
}

// at returns the height of a column's row in the drawing, that of the head
// without one.
func (b *box) at(column string) int {
	for i, r := range b.rows {
		if r.name == column {
			return b.y + headHeight + lineHeight*i + lineHeight/2
		}
	}
	return b.y + headHeight/2
}

// svg returns the drawing of a model.
func (b *box) svg(width int) string {
	var s strings.Builder
	fmt.Fprintf(&s, `<g><rect x="%d" y="%d" width="%d" height="%d" rx="4" fill="#fff" stroke="#456"/>`, b.x, b.y, width, b.height)
	fmt.Fprintf(&s, `<rect x="%d" y="%d" width="%d" height="%d" rx="4" fill="#dde6ee"/>`, b.x, b.y, width, headHeight)
	fmt.Fprintf(&s, `<text x="%d" y="%d" font-weight="bold">%s</text>`, b.x+8, b.y+16, html.EscapeString(b.name))
	for i, r := range b.rows {
		style := ""
		switch {
		case r.key:
			style = ` font-weight="bold"`
		case r.foreign:
			style = ` font-style="italic"`
		}
		y := b.y + headHeight + lineHeight*i + 13
		fmt.Fprintf(&s, `<text x="%d" y="%d"%s>%s</text>`, b.x+8, y, style, html.EscapeString(r.name))
		fmt.Fprintf(&s, `<text x="%d" y="%d" text-anchor="end" fill="#678">%s</text>`, b.x+width-8, y, html.EscapeString(r.typ))
	}
	s.WriteString("</g>\n")
	return s.String()
}

// svg returns the line of a relation, from the owner to the column that refers
// to it. A line to a box that is not further right goes around on the right.
func (e edge) svg(width int) string {
	x1, y1, x2, y2 := e.from.x+width, e.from.y+headHeight/2, e.to.x, e.to.at(e.column)
	bend1, bend2 := x1+gapX/2, x2-gapX/2
	if e.to.x <= e.from.x {
		x2 = e.to.x + width
		bend2 = x2 + gapX/2
	}
	style := ""
	if e.nullable || e.loose {
		style = ` stroke-dasharray="4 3"`
	}
	return fmt.Sprintf(`<path d="M%d %d C%d %d %d %d %d %d" fill="none" stroke="#789"%s><title>%s</title></path>`+"\n",
		x1, y1, bend1, y1, bend2, y2, x2, y2, style, html.EscapeString(e.to.name+"."+e.label))
}
