package compile

import "github.com/gormango/gormango/internal/lookup"

// zone returns the time zone that a time is seen in, the database's for "".
func (b *builder) zone(name string) string {
	if name == "" {
		return b.q.Model.DB.ZoneName()
	}
	return name
}

// at writes the time zone that a time is seen in, or that its clocks are of.
func (b *builder) at(zone string) {
	b.str(" AT TIME ZONE ")
	b.literal(b.zone(zone))
}

// zoned writes a time as clocks of a zone show it, the database's where name is
// "", where it has one at all.
func (b *builder) zoned(x *expr, name string) {
	b.part(x)
	switch {
	case x.typ().Instant():
		b.at(name)
	case b.elsewhere(x, name):
		b.at("")
		b.at(name)
	}
}

// elsewhere reports whether x is a time without a zone, whose clocks are not
// those of the zone of that name.
func (b *builder) elsewhere(x *expr, name string) bool {
	return x.typ().Kind == lookup.Time && !x.typ().Instant() && b.q.Model.DB.Elsewhere(name)
}

// trunc cuts a date, a time of day or a time to the unit of its transform. A
// moment is cut as the clocks of its zone show it and stays a moment, also one
// that is written as the clocks of the database's zone.
func (b *builder) trunc(x *expr) {
	inner, tr := x.args[0], x.e.Transform
	cast := ""
	switch kind := inner.typ().Kind; {
	case kind == lookup.Date:
		cast = "::date"
	case kind == lookup.Clock, x.e.Type.Kind == lookup.Clock:
		cast = "::time"
	case x.e.Type.Kind == lookup.Date:
		cast = "::date"
	}
	back := cast == "" && b.elsewhere(inner, tr.Zone)
	if cast != "" || back {
		b.str("(")
	}
	b.str("DATE_TRUNC(")
	b.literal(tr.Key)
	b.str(", ")
	switch {
	case inner.typ().Kind == lookup.Date:
		b.part(inner)
		b.str("::timestamp") // date_trunc takes a date for a moment of the session's zone
	case cast == "" && inner.typ().Instant():
		b.part(inner)
		b.str(", ")
		b.literal(b.zone(tr.Zone))
	case back:
		b.part(inner)
		b.at("")
		b.str(", ")
		b.literal(tr.Zone)
	default:
		b.zoned(inner, tr.Zone)
	}
	b.str(")" + cast)
	if back {
		b.at("")
	}
	if cast != "" || back {
		b.str(")")
	}
}
