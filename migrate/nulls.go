package migrate

// DiffOption is an option of Diff and of Set.Changes.
type DiffOption func(*differ)

// NullFiller returns the SQL of the value that rows get which hold NULL in a
// column that becomes NOT NULL and has no default. "" says that no row holds
// NULL, or that an earlier migration sees to it.
type NullFiller func(table string, c Column) (sql string, err error)

// FillNulls has fn called for each column that becomes NOT NULL without a
// default. Without the option the rows are left as they are, and the migration
// fails if one of them holds NULL.
func FillNulls(fn NullFiller) DiffOption { return func(d *differ) { d.nulls = fn } }

// nullValue returns the value of rows that hold NULL in a column that becomes
// NOT NULL.
func (d *differ) nullValue(t *Table, c Column) string {
	value := c.stays()
	if value != "" || d.nulls == nil || d.err != nil || c.Identity != "" || c.Generated != "" {
		return value
	}
	value, d.err = d.nulls(t.Name, c)
	return value
}
