package migrate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/catalog"
)

// meta returns the fields of Meta: indexes, constraints, options of relations.
func (w *modelWriter) meta(t *written) string {
	var b strings.Builder
	list := func(name, typ string, items []string) {
		if len(items) > 0 {
			fmt.Fprintf(&b, "%s: %s{\n%s},\n", name, typ, strings.Join(items, ""))
		}
	}
	var indexes, constraints, partitions []string
	for _, x := range t.Indexes {
		if x.Constraint != "" || x.Inherited {
			continue
		}
		if text := metaIndex(x); text != "" {
			indexes = append(indexes, text)
		} else {
			w.object("index", x.Name, x.Def, "DROP INDEX "+quote(x.Name), t.Name)
		}
	}
	for _, c := range t.Constraints {
		if c.Kind == "p" || c.Kind == "f" || c.Inherited {
			continue
		}
		if text := metaConstraint(c); text != "" {
			constraints = append(constraints, text)
		} else {
			w.constraint(t, c)
		}
	}
	list("Indexes", "[]models.Index", indexes)
	list("Constraints", "[]models.Constraint", constraints)
	list("Relations", "map[string]models.RelationOptions", t.options)
	if t.Comment != "" {
		fmt.Fprintf(&b, "Comment: %s,\n", goText(t.Comment))
	}
	for _, p := range t.Properties {
		if p.Kind == "partition key" {
			fmt.Fprintf(&b, "PartitionBy: %s,\n", goText(p.Text))
		}
	}
	for _, other := range w.schema.Tables {
		if !other.Partition || !slices.Contains(other.Parents, t.Name) {
			continue
		}
		for _, p := range other.Properties {
			switch p.Kind {
			case "partition":
				partitions = append(partitions, fmt.Sprintf("{Name: %q, Values: %s},\n", other.Name, goText(p.Text)))
			case "partition key":
				w.left = append(w.left, "the partitions of "+other.Name+", which is a partition itself")
			}
		}
	}
	list("Partitions", "[]models.Partition", partitions)
	return b.String()
}

// metaIndex returns an index of Meta, "" if Meta cannot describe it.
func metaIndex(x catalog.Index) string {
	fields := 0
	for i, p := range x.Parts {
		plain := x.Columns[i] != ""
		switch {
		case p.Collation != "" || !plain && (p.Desc || p.Nulls != "") || !x.Valid || x.Extra != "":
			return ""
		case plain && fields < i: // an expression before a column
			return ""
		case plain:
			fields++
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "{Name: %q", x.Name)
	var columns, expressions, classes []string
	for i, p := range x.Parts {
		if column := x.Columns[i]; column == "" {
			expressions = append(expressions, p.Text)
		} else {
			if p.Desc {
				column = "-" + column
			}
			if p.Nulls != "" {
				column += " nulls " + strings.ToLower(p.Nulls)
			}
			columns = append(columns, column)
		}
		classes = append(classes, p.Opclass)
	}
	for _, l := range []struct {
		name string
		list []string
	}{{"Fields", columns}, {"Expressions", expressions}, {"Include", x.Include}} {
		if len(l.list) > 0 {
			fmt.Fprintf(&b, ", %s: %#v", l.name, l.list)
		}
	}
	if slices.ContainsFunc(classes, func(c string) bool { return c != "" }) {
		fmt.Fprintf(&b, ", Opclasses: %#v", classes)
	}
	if x.Method != "btree" {
		fmt.Fprintf(&b, ", Method: %q", x.Method)
	}
	if x.Where != "" {
		fmt.Fprintf(&b, ", Where: %s", goText(x.Where))
	}
	if x.Options != "" {
		fmt.Fprintf(&b, ", With: %q", x.Options)
	}
	if x.Unique {
		b.WriteString(", Unique: true")
	}
	if strings.Contains(x.Def, " NULLS NOT DISTINCT") {
		b.WriteString(", NullsNotDistinct: true")
	}
	return b.String() + "},\n"
}

// metaConstraint returns a constraint of Meta, "" if Meta cannot describe it.
func metaConstraint(c catalog.Constraint) string {
	text, deferrable := c.Def, ""
	switch {
	case c.Invalid:
		return ""
	case c.Deferred:
		text, deferrable = strings.TrimSuffix(text, " DEFERRABLE INITIALLY DEFERRED"), "deferred"
	case c.Deferrable:
		text, deferrable = strings.TrimSuffix(text, " DEFERRABLE"), "immediate"
	}
	out := fmt.Sprintf("{Name: %q, ", c.Name)
	switch c.Kind {
	case "c":
		condition, ok := strings.CutSuffix(strings.TrimPrefix(text, "CHECK ("), ")")
		if !ok {
			return "" // NO INHERIT
		}
		out += "Check: " + goText(condition)
	case "u":
		if strings.Contains(text, ") INCLUDE (") {
			return ""
		}
		out += fmt.Sprintf("Unique: %#v", c.Columns)
		if strings.Contains(text, "NULLS NOT DISTINCT") {
			out += ", NullsNotDistinct: true"
		}
	case "x":
		out += "Exclude: " + goText(strings.TrimPrefix(text, "EXCLUDE "))
	}
	if deferrable != "" {
		out += fmt.Sprintf(", Deferrable: %q", deferrable)
	}
	return out + "},\n"
}

// constraint adds a constraint as a statement.
func (w *modelWriter) constraint(t *written, c catalog.Constraint) {
	alter := "ALTER TABLE " + quote(t.Name)
	w.object("constraint", t.Name+"."+c.Name, alter+" ADD CONSTRAINT "+quote(c.Name)+" "+c.Def, alter+" DROP CONSTRAINT "+quote(c.Name), t.Name)
}
