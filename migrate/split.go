package migrate

import (
	"slices"
	"strings"
)

// unit is what one file does.
type unit struct {
	ops  []Op
	noTx bool // the only operation runs outside of a transaction
}

// stage orders the files of a change. All that is cheap comes first, what reads
// or rewrites a table later and alone.
type stage int

const (
	stageExtension stage = iota // extensions are created, which needs rights that the role may not have
	stageExtend                 // a value is added to an enum, before the file that uses it
	stageChange                 // catalog only
	stageRewrite                // a table is rewritten or read under its strongest lock: no other way exists
	stageBuild                  // outside of a transaction: an index is built, rows are filled
	stageAttach                 // a constraint takes an index, or is added without a check
	stageValidate               // rows are read under a weak lock
	stageFinish                 // what was validated is used
	stageConfirm                // as validate, for what finish adds
	stageRemove                 // outside of a transaction: an index is dropped
	stageName                   // an index takes the name of one that was dropped
	stageLast                   // extensions are dropped
)

// split returns the operations in files of one danger each: a transaction never
// reads or rewrites a whole table that exists, unless the server has no other
// way. An index is built concurrently, a foreign key and a check are added not
// valid and validated later, NOT NULL rests on a validated check, a unique
// constraint on an index, and a default that is computed for each row is filled
// in batches. Tables that the operations create are empty, and take everything
// at once.
func split(from *State, ops []Op) ([]unit, error) {
	s := &splitter{state: from.Clone(), fresh: map[string]bool{}, replaced: map[string]bool{}, ops: ops, stages: map[stage][]Op{}, together: recreated(ops)}
	for i, op := range ops {
		if err := s.place(i, op); err != nil {
			return nil, err
		}
		if err := op.Apply(s.state); err != nil {
			return nil, err
		}
	}
	var units []unit
	for st := stageExtension; st <= stageLast; st++ {
		list := s.stages[st]
		switch {
		case len(list) == 0:
		case st == stageBuild || st == stageRemove:
			for _, op := range list {
				units = append(units, unit{ops: []Op{op}, noTx: true})
			}
		case st == stageExtend:
			for _, op := range list {
				units = append(units, unit{ops: []Op{op}})
			}
		case st == stageRewrite:
			for _, table := range tablesOf(list) {
				units = append(units, unit{ops: slices.DeleteFunc(slices.Clone(list), func(op Op) bool { return tableOf(op) != table })})
			}
		case st == stageValidate, st == stageConfirm, st == stageExtension, st == stageLast:
			units = append(units, unit{ops: list})
		default:
			at := from.Clone()
			for _, u := range units {
				for _, op := range u.ops {
					if err := op.Apply(at); err != nil {
						return nil, err
					}
				}
			}
			units = append(units, byTable(at, list)...)
		}
	}
	return units, nil
}

type splitter struct {
	state *State // before the operation
	ops   []Op
	fresh map[string]bool // the tables that the operations create
	// replaced are the indexes that are dropped at the end.
	replaced map[string]bool
	stages   map[stage][]Op
	// together reports whether an object is dropped and created again: what is
	// between must be in the same transaction.
	together bool
}

func (s *splitter) put(st stage, ops ...Op) {
	if st == stageRewrite && s.together {
		st = stageChange
	}
	s.stages[st] = append(s.stages[st], ops...)
}

// rewritten reports whether the stage rewrite has an operation on a table,
// which later ones on the same table may need.
func (s *splitter) rewritten(table string) bool {
	return slices.Contains(tablesOf(s.stages[stageRewrite]), table)
}

// tablesOf returns the tables that operations change, in their order.
func tablesOf(list []Op) []string {
	var out []string
	for _, op := range list {
		if t := tableOf(op); !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// place puts an operation, in its safe form, into the stages.
func (s *splitter) place(i int, op Op) error {
	switch o := op.(type) {
	case CreateTable:
		s.fresh[o.Table.Name] = true
		s.put(stageChange, op)
	case AddIndex:
		if s.small(o.Table) {
			s.put(stageChange, op)
			break
		}
		o.Concurrently = true
		if name := o.Index.Name; s.replaced[name] { // both are there for a while
			o.Index.Name = clip(cut(name, min(len(name), 59)) + "_new")
			s.put(stageName, RenameIndex{Table: o.Table, Name: o.Index.Name, To: name})
		}
		s.put(stageBuild, o)
	case DropIndex:
		if s.small(o.Table) || s.inTheWay(i, o) {
			s.put(stageChange, op)
			break
		}
		s.replaced[o.Name] = true
		o.Concurrently = true
		s.put(stageRemove, o)
	case AddForeignKey:
		s.foreignKey(i, o)
	case AddConstraint:
		s.constraint(i, o)
	case ValidateConstraint:
		s.put(stageValidate, op)
	case AddColumn:
		s.addColumn(o)
	case AlterColumn:
		return s.alterColumn(o)
	case SetKey:
		s.setKey(o)
	case DropColumn:
		again := slices.ContainsFunc(s.ops[i+1:], func(op Op) bool {
			add, ok := op.(AddColumn)
			return ok && add.Table == o.Table && add.Column.Name == o.Column
		})
		switch {
		case s.keyed(o.Table):
			s.put(stageFinish, op)
		case again || s.rewritten(o.Table):
			s.put(stageRewrite, op)
		default:
			s.put(stageChange, op)
		}
	case AddEnumValue:
		s.put(stageExtend, op)
	case AlterEnum:
		s.put(stageRewrite, op)
	case CreateExtension:
		s.put(stageExtension, op)
	case DropExtension:
		s.put(stageLast, op)
	case DropEnum, DropSchema: // what needs them may go later
		if len(s.stages[stageRewrite])+len(s.stages[stageFinish]) > 0 {
			s.put(stageFinish, op)
		} else {
			s.put(stageChange, op)
		}
	default:
		s.put(stageChange, op)
	}
	return nil
}

// small reports whether a table has no rows yet, or is partitioned, where the
// server has no safe forms.
func (s *splitter) small(table string) bool {
	t := s.state.Tables[table]
	return s.fresh[table] || t == nil || t.PartitionBy != ""
}

// inTheWay reports whether a later operation needs an index to be gone: it
// takes its name, or changes its columns. A new index of the table may take the
// name at the end, unless a foreign key might come to rest on the old one.
func (s *splitter) inTheWay(i int, o DropIndex) bool {
	x, ok := Index{}, false
	for _, have := range s.state.Tables[o.Table].Indexes {
		if have.Name == o.Name {
			x, ok = have, true
		}
	}
	return ok && slices.ContainsFunc(s.ops[i+1:], func(op Op) bool {
		switch later := op.(type) {
		case AddIndex:
			return later.Index.Name == o.Name && (later.Table != o.Table || x.Unique && s.referred(o.Table, x.Columns))
		case RenameIndex:
			return later.To == o.Name
		case AddConstraint:
			return later.Constraint.Name == o.Name
		case RenameConstraint:
			return later.To == o.Name
		case CreateTable:
			return later.Table.Name == o.Name || slices.Contains(later.Table.indexNames(), o.Name) || slices.Contains(later.Table.constraintNames(), o.Name)
		case DropColumn:
			return later.Table == o.Table && x.uses(later.Column)
		case AlterColumn:
			return later.Table == o.Table && x.uses(later.Column.Name)
		case AlterEnum:
			return true
		}
		return false
	})
}

// referred reports whether foreign keys refer to columns of a table, before the
// operations or after.
func (s *splitter) referred(table string, columns []string) bool {
	refers := func(fk ForeignKey) bool { return fk.Ref == table && sameSet(fk.RefColumns, columns) }
	for _, t := range s.state.Tables {
		if slices.ContainsFunc(t.ForeignKeys, refers) {
			return true
		}
	}
	return slices.ContainsFunc(s.ops, func(op Op) bool { fk, ok := op.(AddForeignKey); return ok && refers(fk.ForeignKey) })
}

// keyed reports whether the key of a table is set at the end.
func (s *splitter) keyed(table string) bool {
	return slices.ContainsFunc(s.stages[stageFinish], func(op Op) bool { k, ok := op.(SetKey); return ok && k.Table == table })
}

// recreated reports whether operations drop an object and create it again.
func recreated(list []Op) bool {
	dropped := map[string]bool{}
	for _, op := range list {
		switch o := op.(type) {
		case DropObject:
			dropped[o.Kind+" "+o.Name] = true
		case CreateObject:
			if dropped[o.Object.key()] {
				return true
			}
		}
	}
	return false
}

// dropped reports whether an operation before the i-th drops a constraint of
// the same name. The new one then comes in the same transaction where it can,
// so that new rows are always checked.
func (s *splitter) dropped(i int, table, name string) bool {
	return slices.ContainsFunc(s.ops[:i], func(op Op) bool {
		switch o := op.(type) {
		case DropConstraint:
			return o.Table == table && o.Name == name
		case DropForeignKey:
			return o.Table == table && o.Name == name
		}
		return false
	})
}

func (s *splitter) foreignKey(i int, o AddForeignKey) {
	add, check := stageAttach, stageValidate
	ref := s.state.Tables[o.ForeignKey.Ref]
	switch {
	case s.keyed(o.ForeignKey.Ref):
		add, check = stageFinish, stageConfirm
	case s.dropped(i, o.Table, o.ForeignKey.Name) && ref != nil && sameSet(ref.Key, o.ForeignKey.RefColumns) && !s.rewritten(o.Table) && !s.rewritten(ref.Name):
		add = stageChange
	}
	switch {
	case s.fresh[o.Table] && len(s.stages[stageBuild])+len(s.stages[stageAttach])+len(s.stages[stageFinish]) == 0:
		s.put(stageChange, o)
	case s.small(o.Table):
		s.put(add, o)
	default:
		o.ForeignKey.NotValid = true
		s.put(add, o)
		s.put(check, ValidateConstraint{Table: o.Table, Name: o.ForeignKey.Name})
	}
}

func (s *splitter) constraint(i int, o AddConstraint) {
	switch {
	case s.small(o.Table):
		s.put(stageChange, o)
	case o.Constraint.kind() == "CHECK":
		o.Constraint.NotValid = true
		switch {
		case !s.dropped(i, o.Table, o.Constraint.Name):
			s.put(stageAttach, o)
		case s.rewritten(o.Table):
			s.put(stageRewrite, o)
		default:
			s.put(stageChange, o)
		}
		s.put(stageValidate, ValidateConstraint{Table: o.Table, Name: o.Constraint.Name})
	case o.Constraint.Unique != nil:
		x := uniqueIndex(o.Constraint.Name, o.Constraint.Unique)
		x.NullsNotDistinct = strings.Contains(o.Constraint.Definition, "NULLS NOT DISTINCT")
		o.Index = x.Name
		s.put(stageBuild, AddIndex{Table: o.Table, Index: x, Concurrently: true})
		s.put(stageAttach, o)
	default: // EXCLUDE
		s.put(stageRewrite, o)
	}
}

func uniqueIndex(name string, columns []string) Index {
	x := Index{Name: name, Columns: slices.Clone(columns), Unique: true}
	for _, c := range columns {
		x.Parts = append(x.Parts, quote(c))
	}
	return x
}

// addColumn adds a column that every row computes as NULL, and fills it later.
func (s *splitter) addColumn(o AddColumn) {
	c := o.Column
	_, domain := s.state.Objects["domain "+c.Type] // the server checks each row
	switch {
	case domain && !s.fresh[o.Table]:
		s.put(stageRewrite, o)
	case s.fresh[o.Table] || c.Generated == "" && c.Identity == "" && !volatile(c.stays()):
		s.put(stageChange, o)
	case c.Generated != "" || c.Identity != "":
		s.put(stageRewrite, o)
	default:
		empty := c
		empty.Default, empty.Fill, empty.NotNull = "", "", false
		filled := empty
		filled.Default, filled.Fill = c.Default, c.Fill
		s.put(stageChange, AddColumn{Table: o.Table, Column: empty}, AlterColumn{Table: o.Table, Column: filled})
		s.put(stageBuild, FillColumn{Table: o.Table, Column: c.Name, Value: c.stays()})
		if c.NotNull {
			s.notNull(o.Table, c)
		}
	}
}

// notNull makes a column NOT NULL by a check that is validated without blocking
// writes. The server then knows that no row violates it.
func (s *splitter) notNull(table string, c Column) {
	check := s.notNullCheck(table, c.Name)
	s.put(stageFinish, AlterColumn{Table: table, Column: c}, DropConstraint{Table: table, Name: check})
}

func (s *splitter) notNullCheck(table, column string) string {
	name := objectName(unqualified(table), column, "is_not_null")
	s.put(stageAttach, AddConstraint{Table: table, Constraint: Constraint{Name: name, Definition: "CHECK (" + quote(column) + " IS NOT NULL)", NotValid: true}})
	s.put(stageValidate, ValidateConstraint{Table: table, Name: name})
	return name
}

func (s *splitter) alterColumn(o AlterColumn) error {
	t, at, err := s.state.need(o, o.Table, o.Column.Name)
	if err != nil {
		return err
	}
	from, to := t.Columns[at], o.Column
	if s.fresh[o.Table] {
		s.put(stageChange, o)
		return nil
	}
	first := o
	first.Fill = ""
	st := stageChange
	if rewrites(from, to) || s.rewritten(o.Table) || s.newEnum(to.Type) {
		st = stageRewrite
	}
	if to.NotNull && !from.NotNull {
		first.Column.NotNull = false
		if nothing, err := first.forward(s.state); err != nil || len(nothing) > 0 {
			s.put(st, first)
		}
		if o.Fill != "" {
			s.put(stageBuild, FillColumn{Table: o.Table, Column: to.Name, Value: o.Fill})
		}
		s.notNull(o.Table, to)
		return nil
	}
	s.put(st, first)
	return nil
}

// newEnum reports whether the values of a column's type are replaced.
func (s *splitter) newEnum(typ string) bool {
	return slices.ContainsFunc(s.stages[stageRewrite], func(op Op) bool {
		e, ok := op.(AlterEnum)
		return ok && replaceType(typ, e.Name, e.Name+"?") != typ
	})
}

// setKey builds the key's index before, and makes its columns NOT NULL.
func (s *splitter) setKey(o SetKey) {
	t := s.state.Tables[o.Table]
	if s.small(o.Table) || len(o.Columns) == 0 {
		s.put(stageChange, o)
		return
	}
	x := uniqueIndex(objectName(unqualified(o.Table), "key", "build"), o.Columns)
	o.Index = x.Name
	s.put(stageBuild, AddIndex{Table: o.Table, Index: x, Concurrently: true})
	var checks []Op
	for _, c := range t.Columns {
		if slices.Contains(o.Columns, c.Name) && !c.NotNull {
			checks = append(checks, DropConstraint{Table: o.Table, Name: s.notNullCheck(o.Table, c.Name)})
		}
	}
	s.put(stageFinish, o)
	s.put(stageFinish, checks...)
}
