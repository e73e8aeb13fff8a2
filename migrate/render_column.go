package migrate

import (
	"cmp"
	"fmt"
	"strings"
)

func (o AddColumn) forward(s *State) ([]string, error) {
	t, err := s.table(o, o.Table)
	if err != nil {
		return nil, err
	}
	c := o.Column
	if o.Once != "" && c.Default == "" {
		c.Fill = o.Once
	}
	out := []string{t.addColumn(c)}
	if o.Once != "" && o.Column.Fill == "" {
		out = append(out, t.alterColumn(c.Name, "SET DEFAULT "+o.Column.Default))
		if o.Column.Default == "" {
			out[1] = t.alterColumn(c.Name, "DROP DEFAULT")
		}
	}
	if c.Comment != "" {
		out = append(out, t.commentOn(c))
	}
	return out, nil
}

func (t *Table) alterColumn(column string, actions ...string) string {
	for i, a := range actions {
		actions[i] = "ALTER COLUMN " + quote(column) + " " + a
	}
	return "ALTER TABLE " + quoteTable(t.Name) + " " + strings.Join(actions, ", ")
}

func (o DropColumn) forward(s *State) ([]string, error) {
	t, _, err := s.need(o, o.Table, o.Column)
	if err != nil {
		return nil, err
	}
	return []string{"ALTER TABLE " + quoteTable(t.Name) + " DROP COLUMN " + quote(o.Column)}, nil
}

func (o RenameColumn) forward(s *State) ([]string, error) {
	t, i, err := s.need(o, o.Table, o.Column)
	if err != nil {
		return nil, err
	}
	out := []string{"ALTER TABLE " + quoteTable(t.Name) + " RENAME COLUMN " + quote(o.Column) + " TO " + quote(o.To)}
	if t.Columns[i].Identity != "" {
		name := unqualified(t.Name)
		out = append(out, renameIfThere("SEQUENCE", t.Name, objectName(name, o.Column, "seq"), objectName(name, o.To, "seq"))...)
	}
	return out, nil
}

// stays returns the default that the database keeps for a column.
func (c Column) stays() string { return cmp.Or(c.Default, c.Fill) }

// forward returns one ALTER TABLE for all properties. A type that changes
// without a rewrite in one time zone is changed in it.
func (o AlterColumn) forward(s *State) ([]string, error) {
	t, i, err := s.need(o, o.Table, o.Column.Name)
	if err != nil {
		return nil, err
	}
	from, to := t.Columns[i], o.Column
	var out, actions []string
	add := func(format string, args ...any) { actions = append(actions, fmt.Sprintf(format, args...)) }
	if !sameSQL(from.Generated, to.Generated) {
		if to.Generated != "" {
			return nil, &OpError{Op: o.Describe(), Table: o.Table, Name: to.Name, Why: "the server cannot change what generates a column (drop the column and add it)"}
		}
		add("DROP EXPRESSION")
	}
	retyped := !sameColumnType(from, to)
	if o.Exact {
		out = append(out, t.lookForLoss(from, to))
	}
	if from.Identity != "" && to.Identity == "" {
		add("DROP IDENTITY")
	}
	if from.stays() != "" && (retyped || to.stays() == "") {
		add("DROP DEFAULT")
	}
	if retyped {
		text := "TYPE " + to.Type
		if to.Collation != "" {
			text += " COLLATE " + to.Collation
		}
		if o.Using != "" {
			text += " USING " + o.Using
		}
		if zoned(from.Type) != zoned(to.Type) && o.Using == "" && timestamp(from.Type) && timestamp(to.Type) {
			out = append(out, "SET LOCAL TimeZone = 'UTC'")
		}
		add("%s", text)
	}
	if to.stays() != "" && (retyped || !sameSQL(from.stays(), to.stays())) {
		add("SET DEFAULT %s", to.stays())
	}
	switch {
	case to.NotNull && !from.NotNull:
		if o.Fill != "" {
			out = append(out, fmt.Sprintf("UPDATE %s SET %s = %s WHERE %[2]s IS NULL", quoteTable(t.Name), quote(to.Name), o.Fill))
		}
		add("SET NOT NULL")
	case from.NotNull && !to.NotNull:
		add("DROP NOT NULL")
	}
	if from.Identity != to.Identity && to.Identity != "" {
		if from.Identity != "" {
			add("SET GENERATED %s", to.Identity)
		} else {
			add("ADD GENERATED %s AS IDENTITY", to.Identity)
		}
	}
	if len(actions) > 0 {
		out = append(out, t.alterColumn(to.Name, actions...))
	}
	if from.Identity == "" && to.Identity != "" { // counting goes on behind the greatest value
		out = append(out, fmt.Sprintf("SELECT setval(pg_get_serial_sequence(%s, %s), coalesce(max(%s), 0) + 1, false) FROM %s",
			quoteText(quoteTable(t.Name)), quoteText(to.Name), quote(to.Name), quoteTable(t.Name)))
	}
	if from.Comment != to.Comment {
		out = append(out, t.commentOn(to))
	}
	return out, nil
}

// forward fills the rows in batches of a single statement. Each batch is
// committed, and a batch that is done is not done again.
func (o FillColumn) forward(s *State) ([]string, error) {
	t, _, err := s.need(o, o.Table, o.Column)
	if err != nil {
		return nil, err
	}
	table, column := quoteTable(t.Name), quote(o.Column)
	if len(t.Key) == 0 {
		return []string{fmt.Sprintf("UPDATE %s SET %s = %s WHERE %[2]s IS NULL", table, column, o.Value)}, nil
	}
	var declared, done, upto, backwards []string
	for i, k := range t.Key {
		for _, v := range []string{"done", "upto"} {
			declared = append(declared, fmt.Sprintf("\t%s_%d %s.%s%%TYPE;\n", v, i+1, table, quote(k)))
		}
		done = append(done, fmt.Sprintf("done_%d", i+1))
		upto = append(upto, fmt.Sprintf("upto_%d", i+1))
		backwards = append(backwards, quote(k)+" DESC")
	}
	key, list := quoteAll(t.Key), func(names []string) string { return strings.Join(names, ", ") }
	var next strings.Builder
	for i := range done {
		fmt.Fprintf(&next, "\t\t%s := %s;\n", done[i], upto[i])
	}
	return []string{fmt.Sprintf(`DO $fill$
DECLARE
%[1]sBEGIN
	LOOP
		SELECT %[2]s INTO %[3]s FROM (SELECT %[2]s FROM %[4]s WHERE done_1 IS NULL OR (%[2]s) > (%[5]s) ORDER BY %[2]s LIMIT 5000) AS part ORDER BY %[6]s LIMIT 1;
		EXIT WHEN upto_1 IS NULL;
		UPDATE %[4]s SET %[7]s = %[8]s WHERE (done_1 IS NULL OR (%[2]s) > (%[5]s)) AND (%[2]s) <= (%[3]s) AND %[7]s IS NULL;
		COMMIT;
%[9]s	END LOOP;
END
$fill$`, strings.Join(declared, ""), key, list(upto), table, list(done), list(backwards), column, o.Value, next.String())}, nil
}
