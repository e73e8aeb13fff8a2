package diagram

import (
	"fmt"
	"regexp"
	"strings"
)

// Mermaid returns the diagram as the text of an entity-relationship diagram of
// Mermaid.
func (d *Diagram) Mermaid() string {
	var s strings.Builder
	s.WriteString("erDiagram\n")
	for _, b := range d.boxes {
		if len(b.rows) == 0 {
			fmt.Fprintf(&s, "    %s\n", b.name)
			continue
		}
		fmt.Fprintf(&s, "    %s {\n", b.name)
		for _, r := range b.rows {
			fmt.Fprintf(&s, "        %s %s%s\n", word(r.typ), word(r.name), r.mark())
		}
		s.WriteString("    }\n")
	}
	for _, e := range d.edges {
		fmt.Fprintf(&s, "    %s %s %s : %q\n", e.from.name, e.line(), e.to.name, e.label)
	}
	return s.String()
}

// mark returns the keys that a column is part of.
func (r row) mark() string {
	switch {
	case r.key && r.foreign:
		return " PK, FK"
	case r.key:
		return " PK"
	case r.foreign:
		return " FK"
	}
	return ""
}

// line returns the sign between two entities.
func (e edge) line() string {
	if e.many {
		return "}o--o{"
	}
	left, middle, right := "||", "--", "o{"
	if e.nullable {
		left = "|o"
	}
	if e.loose {
		middle = ".."
	}
	if e.one {
		right = "o|"
	}
	return left + middle + right
}

// odd are characters that Mermaid takes in no name.
var odd = regexp.MustCompile(`[^A-Za-z0-9_()\[\]-]+`)

// word returns a type or a name as Mermaid takes it.
func word(text string) string { return odd.ReplaceAllString(text, "_") }
