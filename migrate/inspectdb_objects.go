package migrate

import (
	"strings"

	"github.com/gormango/gormango/internal/catalog"
)

// object adds a declaration.
func (w *modelWriter) object(kind, name, create, drop string, uses ...string) {
	w.objects = append(w.objects, SQLObject{Kind: kind, Name: name, Create: strings.TrimRight(strings.TrimSpace(create), ";"), Drop: drop, Uses: uses})
}

// writeObjects adds declarations of what belongs to no model, and of properties
// of tables that Meta does not have.
func (w *modelWriter) writeObjects() {
	for _, o := range w.schema.Objects {
		w.named(o)
	}
	for _, t := range w.schema.Tables {
		switch t.Kind {
		case "v", "m":
			kind := relationKinds[t.Kind]
			w.object(kind, t.Name, "CREATE "+strings.ToUpper(kind)+" "+quote(t.Name)+" AS"+t.Definition, "DROP "+strings.ToUpper(kind)+" "+quote(t.Name))
			for _, x := range t.Indexes {
				w.object("index", x.Name, x.Def, "DROP INDEX "+quote(x.Name), t.Name)
			}
		}
		if t.Partition {
			w.partition(t)
		}
		for _, p := range t.Properties {
			w.property(t, p)
		}
		w.comments(t)
	}
}

// partition adds the indexes and constraints that a partition does not have
// from its table.
func (w *modelWriter) partition(t *catalog.Table) {
	for _, x := range t.Indexes {
		if x.Constraint == "" && !x.Inherited {
			w.object("index", x.Name, x.Def, "DROP INDEX "+quote(x.Name), t.Parents...)
		}
	}
	alter := "ALTER TABLE " + quote(t.Name)
	for _, c := range t.Constraints {
		if !c.Inherited {
			w.object("constraint", t.Name+"."+c.Name, alter+" ADD CONSTRAINT "+quote(c.Name)+" "+c.Def, alter+" DROP CONSTRAINT "+quote(c.Name), t.Parents...)
		}
	}
}

func (w *modelWriter) property(t *catalog.Table, p catalog.Property) {
	alter := "ALTER " + map[string]string{"v": "VIEW ", "m": "MATERIALIZED VIEW "}[t.Kind]
	if t.Kind != "v" && t.Kind != "m" {
		alter += "TABLE "
	}
	alter += quote(t.Name) + " "
	switch p.Kind {
	case "persistence":
		w.object(p.Kind, t.Name, alter+"SET UNLOGGED", alter+"SET LOGGED", t.Name)
	case "storage parameters":
		var names []string
		for option := range strings.SplitSeq(p.Text, ", ") {
			name, _, _ := strings.Cut(option, "=")
			names = append(names, name)
		}
		w.object(p.Kind, t.Name, alter+"SET ("+p.Text+")", alter+"RESET ("+strings.Join(names, ", ")+")", t.Name)
	case "row security":
		create, drop := "ENABLE ROW LEVEL SECURITY", "DISABLE ROW LEVEL SECURITY"
		if strings.Contains(p.Text, "forced") {
			create, drop = create+", FORCE ROW LEVEL SECURITY", drop+", NO FORCE ROW LEVEL SECURITY"
		}
		w.object(p.Kind, t.Name, alter+create, alter+drop, t.Name)
	case "replica identity":
		if p.Text != "index" {
			w.object(p.Kind, t.Name, alter+"REPLICA IDENTITY "+strings.ToUpper(p.Text), alter+"REPLICA IDENTITY DEFAULT", t.Name)
		}
	case "tablespace", "access method", "of type", "foreign server":
		w.left = append(w.left, p.Kind+" "+p.Text+" of "+t.Name)
	}
}

// comments adds the comments that models do not have.
func (w *modelWriter) comments(t *catalog.Table) {
	comment := func(on, text string) {
		if text != "" {
			w.object("comment", strings.ToLower(on), "COMMENT ON "+on+" IS "+quoteText(text), "COMMENT ON "+on+" IS NULL", t.Name)
		}
	}
	for _, x := range t.Indexes {
		comment("INDEX "+quote(x.Name), x.Comment)
	}
	for _, c := range t.Constraints {
		comment("CONSTRAINT "+quote(c.Name)+" ON "+quote(t.Name), c.Comment)
	}
	if t.Kind == "v" || t.Kind == "m" {
		comment(strings.ToUpper(relationKinds[t.Kind])+" "+quote(t.Name), t.Comment)
		for _, c := range t.Columns {
			comment("COLUMN "+quote(t.Name)+"."+quote(c.Name), c.Comment)
		}
	}
}

// named adds the declaration of an object of the catalog.
func (w *modelWriter) named(o catalog.Object) {
	name := quote(o.Name)
	drop := "DROP " + strings.ToUpper(o.Kind) + " " + name
	onTable := drop + " ON " + quote(o.Table)
	signature := "DROP " + strings.ToUpper(o.Kind) + " " + o.Name
	// A function of two lists of arguments has two names.
	bare, _, _ := strings.Cut(o.Name, "(")
	if w.overloaded(o.Kind, bare) {
		bare = o.Name
	}
	switch o.Kind {
	case "sequence":
		if o.Table == "" {
			w.object(o.Kind, o.Name, "CREATE SEQUENCE "+name+" AS "+o.Text, drop)
		}
	case "domain":
		w.object(o.Kind, o.Name, "CREATE DOMAIN "+name+" AS "+o.Text, drop)
	case "composite type":
		w.object("type", o.Name, "CREATE TYPE "+name+" AS ("+o.Text+")", "DROP TYPE "+name)
	case "range type":
		w.object("type", o.Name, "CREATE TYPE "+name+" AS RANGE ("+o.Text+")", "DROP TYPE "+name)
	case "function", "procedure":
		w.object(o.Kind, bare, o.Text, signature)
	case "aggregate":
		w.object(o.Kind, bare, "CREATE AGGREGATE "+o.Name+" ("+o.Text+")", signature)
	case "trigger":
		create, state, _ := cutState(o.Text)
		w.object(o.Kind, o.Name+" on "+o.Table, create, onTable, o.Table)
		if state != "" {
			alter := "ALTER TABLE " + quote(o.Table) + " "
			w.object("trigger state", o.Name+" on "+o.Table, alter+state+" TRIGGER "+name, alter+"ENABLE TRIGGER "+name, o.Table, o.Name+" on "+o.Table)
		}
	case "rule":
		w.object(o.Kind, o.Name+" on "+o.Table, o.Text, onTable, o.Table)
	case "policy":
		w.object(o.Kind, o.Name+" on "+o.Table, "CREATE POLICY "+name+" ON "+quote(o.Table)+" AS "+o.Text, onTable, o.Table)
	case "statistics":
		text, _, _ := strings.Cut(o.Text, " STATISTICS ")
		w.object(o.Kind, o.Name, "CREATE STATISTICS "+name+" "+text+" FROM "+quote(o.Table), drop, o.Table)
	case "comment":
		if kind, of, ok := strings.Cut(o.Name, " "); ok && o.Table == "" {
			on := strings.ToUpper(kind) + " " + of
			w.object("comment", o.Name, "COMMENT ON "+on+" IS "+quoteText(o.Text), "COMMENT ON "+on+" IS NULL", of)
		} else if ok {
			on := strings.ToUpper(kind) + " " + quote(of) + " ON " + quote(o.Table)
			w.object("comment", o.Name+" on "+o.Table, "COMMENT ON "+on+" IS "+quoteText(o.Text), "COMMENT ON "+on+" IS NULL", o.Table, of+" on "+o.Table)
		}
	case "enum":
	default:
		w.left = append(w.left, o.Kind+" "+o.Name)
	}
}

func (w *modelWriter) overloaded(kind, name string) bool {
	n := 0
	for _, o := range w.schema.Objects {
		if bare, _, _ := strings.Cut(o.Name, "("); o.Kind == kind && bare == name {
			n++
		}
	}
	return n > 1
}

// cutState cuts whether a trigger is enabled off its definition.
func cutState(text string) (create, state string, ok bool) {
	for _, s := range [][2]string{{" DISABLED", "DISABLE"}, {" ENABLED FOR REPLICA", "ENABLE REPLICA"}, {" ENABLED ALWAYS", "ENABLE ALWAYS"}} {
		if create, ok := strings.CutSuffix(text, s[0]); ok {
			return create, s[1], true
		}
	}
	return text, "", false
}
