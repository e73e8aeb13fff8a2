package compile

import "github.com/gormango/gormango/internal/modelinfo"

// Tree reads the keys of the rows above or below a row, by a relation of a
// model to itself, and how many steps they are away, nearest first. A row is
// read once, and a cycle ends. live leaves rows out that a soft delete has
// marked, and what is only reached through them. depth is the most steps, 0 for
// all.
func Tree(m *modelinfo.Model, rel *modelinfo.Relation, key []any, up, live bool, depth int) *Stmt {
	b := single(m)
	b.str("WITH RECURSIVE gm_t(")
	b.numbered("", len(m.Key))
	b.str(", depth) AS (SELECT ")
	b.columns(m.Key)
	b.str(", 0")
	b.from()
	b.whereEqual(m.Key, key)
	b.str(" UNION ALL SELECT ")
	for i, f := range m.Key {
		b.sep(i, "", ", ")
		b.of("gm_next", f)
	}
	b.str(", gm_t.depth + 1 FROM gm_t JOIN ")
	b.table(m.Table)
	b.str(" AS gm_at ON ")
	for i, f := range m.Key {
		b.sep(i, "", " AND ")
		b.of("gm_at", f)
		b.str(" = gm_t.c")
		b.number(i + 1)
	}
	b.str(" JOIN ")
	b.table(m.Table)
	b.str(" AS gm_next ON ")
	for i, p := range rel.Pairs {
		b.sep(i, "", " AND ")
		from, to := "gm_next", "gm_at"
		if up {
			from, to = to, from
		}
		b.of(from, p.From)
		b.str(" = ")
		b.of(to, p.To)
	}
	between := " WHERE "
	if live && m.SoftDelete != nil {
		b.str(between)
		b.of("gm_next", m.SoftDelete)
		if m.Live == nil {
			b.str(" IS NULL")
		} else {
			b.str(" = ")
			b.arg(m.Live)
		}
		between = " AND "
	}
	if depth > 0 {
		b.str(between + "gm_t.depth < ")
		b.arg(depth)
	}
	b.str(") CYCLE ")
	b.numbered("", len(m.Key))
	b.str(" SET gm_again USING gm_path SELECT ")
	b.numbered("", len(m.Key))
	b.str(", min(depth) FROM gm_t WHERE NOT gm_again AND depth > 0 GROUP BY ")
	b.numbered("", len(m.Key))
	b.str(" ORDER BY ")
	b.number(len(m.Key) + 1)
	b.str(", ")
	b.numbered("", len(m.Key))
	st := b.reading(m.Key)
	st.Columns = []Column{{Name: "depth"}}
	return st
}

// of writes a column of a table by an alias.
func (b *builder) of(alias string, f *modelinfo.Field) {
	b.str(alias + ".")
	b.name(f.Column)
}
