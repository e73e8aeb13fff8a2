package store

import (
	"cmp"
	"context"
	"database/sql/driver"
	"fmt"
	"iter"
	"reflect"
	"slices"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/txutil"
)

// BulkOptions are the options of a bulk create.
type BulkOptions struct {
	Size  int  // the most objects of a statement
	Sized bool // whether Size was set
	Copy  bool // whether rows are written by COPY
}

// The default batch sizes, of a list and of a sequence.
const (
	listBatch     = 50_000
	sequenceBatch = 10_000
)

// checked returns the options with a batch size, which is size if none was set.
func (o BulkOptions) checked(size int) (BulkOptions, error) {
	if !o.Sized {
		o.Size = size
	}
	if o.Size < 1 {
		return o, fmt.Errorf("repo: BatchSize(%d) (a statement writes at least one object)", o.Size)
	}
	return o, nil
}

// BulkCreate checks and inserts objects. It sends an array for each column.
func (s *State) BulkCreate(ctx context.Context, objs []any, o BulkOptions) error {
	if err := s.checkCreating("BulkCreate"); err != nil {
		return err
	}
	o, err := o.checked(listBatch)
	if err != nil {
		return err
	}
	return (&bulk{s: s, BulkOptions: o, restores: true}).create(ctx, objs)
}

// BulkCreateSeq is BulkCreate for a sequence of objects. It returns their
// number.
func (s *State) BulkCreateSeq(ctx context.Context, objs iter.Seq2[any, error], o BulkOptions) (int64, error) {
	if err := s.checkCreating("BulkCreateSeq"); err != nil {
		return 0, err
	}
	o, err := o.checked(sequenceBatch)
	if err != nil {
		return 0, err
	}
	if objs == nil {
		return 0, fmt.Errorf("repo: %s: BulkCreateSeq of no sequence", s.Model.Name)
	}
	return writeSeq(ctx, s, o, objs)
}

// writeSeq writes the objects of a sequence in batches, all in one transaction,
// and returns their number.
func writeSeq(ctx context.Context, s *State, o BulkOptions, objs iter.Seq2[any, error]) (int64, error) {
	b := &bulk{s: s, BulkOptions: o}
	err := txutil.Atomic(ctx, s.DB, func(ctx context.Context) error {
		batch, bytes := make([]any, 0, b.Size), 0
		large := heavyFields(s.Model.Fields)
		flush := func() error {
			if err := b.create(ctx, batch); err != nil {
				return err
			}
			b.written += len(batch)
			clear(batch)
			batch, bytes = batch[:0], 0
			return nil
		}
		for obj, err := range objs {
			if err != nil {
				return err
			}
			more := 0
			if !IsNil(obj) {
				more = objectWeight(reflect.ValueOf(obj).Elem(), large)
			}
			if len(batch) > 0 && bytes+more > maxBytes {
				if err := flush(); err != nil {
					return err
				}
			}
			bytes += more
			if batch = append(batch, obj); len(batch) == b.Size {
				if err := flush(); err != nil {
					return err
				}
			}
		}
		return flush()
	})
	if err != nil {
		return 0, err
	}
	return int64(b.written), nil
}

// bulk writes many objects.
type bulk struct {
	s *State
	BulkOptions
	// conflict is the ON CONFLICT clause of an upsert, else nil.
	conflict *compile.Conflict
	// written is the number of a sequence's objects that are written already.
	written int
	// restores reports whether a rollback restores the objects' fields.
	restores bool
}

// create checks, fills and inserts objects, all or none.
func (b *bulk) create(ctx context.Context, objs []any) error {
	if len(objs) == 0 {
		return nil
	}
	var before *fieldsBefore // of the first done objects
	if b.restores {
		before = b.before(len(objs))
	}
	stamped, now := param.Stamped(b.s.Model.Fields), b.s.DB.NowFunc()
	done := 0
	undo := func() {
		for i := done - 1; i >= 0; i-- { // backwards: an object may be in the list twice
			before.restore(ctx, i, reflect.ValueOf(objs[i]).Elem())
		}
		done = 0 // once: the transaction may roll back later
	}
	fail := func(i int, err error) error { undo(); return b.objectError(i, "", err) }
	groups := &groups{bulk: b, fillable: b.s.fillable(), all: objs}
	for i, obj := range objs {
		if IsNil(obj) {
			return fail(i, NilObject(b.s.Model.Name))
		}
		rv := reflect.ValueOf(obj).Elem()
		if err := fillKeys(ctx, b.s.Model, rv); err != nil {
			return fail(i, err)
		}
		if err := b.s.fillFence(ctx, rv); err != nil {
			return fail(i, err)
		}
		if err := b.s.check(ctx, obj); err != nil {
			return fail(i, err)
		}
		if b.restores {
			before.keep(ctx, i, rv)
			done++
		}
		if err := b.s.Model.Fill(ctx, rv); err != nil {
			return fail(i, err)
		}
		if err := param.Stamp(ctx, rv, stamped, now, true); err != nil {
			return fail(i, err)
		}
		groups.add(ctx, i, rv)
	}
	if b.s.Query.Fence != nil {
		if err := b.fence(ctx, structsOf(objs)); err != nil {
			undo()
			return err
		}
	}
	// As in Django, objects that have a key are written first.
	slices.SortStableFunc(groups.list, func(x, y *group) int { return cmp.Compare(x.keyless(b.s.Model), y.keyless(b.s.Model)) })
	if done > 0 && len(before.fields) > 0 {
		b.s.Conn.OnRollback(ctx, undo)
	}
	droppable := len(objs) > 1 && !b.skips()
	one := groups.statements() == 1 && !b.Copy && !b.mayNotRead() && groups.readable()
	err := b.s.writeAll(ctx, one, droppable || b.mayNotRead() || groups.statements() > 1 || b.Copy, func(w writing) error {
		groups.writing = w
		return b.s.InTransaction(ctx, w.inTransaction, func(ctx context.Context) error { return groups.insert(ctx, 0, len(objs), false) })
	})
	if err != nil {
		undo()
		return groups.blame(ctx, err)
	}
	return nil
}

// fence checks that the objects, and the rows that an upsert would change, are
// within the fence.
func (b *bulk) fence(ctx context.Context, objs []reflect.Value) error {
	err := b.s.fenceInsert(ctx, objs)
	if err == nil && b.conflict != nil {
		err = b.s.fenceConflict(ctx, b.conflict, objs)
	}
	return err
}

// before returns what keeps the fields of n objects that the write may set.
func (b *bulk) before(n int) *fieldsBefore {
	filled := b.s.filledAtCreation()
	if b.Copy { // nothing is read back
		filled = slices.DeleteFunc(filled, func(f *modelinfo.Field) bool {
			return f != b.s.Model.UUIDKey && f != b.s.Model.Version && f.AutoCreateTime == 0 && f.AutoUpdateTime == 0
		})
	}
	return newFieldsBefore(b.s, filled, n, b.Copy)
}

// skips reports whether objects whose row exists are skipped.
func (b *bulk) skips() bool { return b.conflict != nil && !b.conflict.Writes() }

// mayNotRead reports whether the server may set a value that the object cannot
// take back: the statement is undone then.
func (b *bulk) mayNotRead() bool {
	return b.conflict != nil && slices.ContainsFunc(b.conflict.Sets, func(set compile.Set) bool {
		switch set.Field.Kind {
		case lookup.Int:
			return !holdsInts(set.Field, false)
		case lookup.Text, lookup.Float, lookup.Bool, lookup.UUID, lookup.Bytes:
			return set.Field.Serializer != nil
		case lookup.Time, lookup.Date, lookup.Decimal, lookup.Duration:
			return set.Field.Serializer != nil || set.Expr != nil
		}
		return true
	})
}

// holdsInts reports whether the field of an integer column holds all its
// values, or if counted is set all that the database counts up.
func holdsInts(f *modelinfo.Field, counted bool) bool {
	lo, hi := f.Type.IntRange()
	v := reflect.New(f.IndirectFieldType).Elem()
	switch {
	case f.Serializer != nil:
		return false
	case v.CanUint():
		return counted && !v.OverflowUint(uint64(hi))
	}
	return !v.CanInt() || !v.OverflowInt(hi) && (counted || !v.OverflowInt(lo))
}

// readable reports whether the objects can take all values that the database
// fills in.
func (gs *groups) readable() bool {
	return !slices.ContainsFunc(gs.list, func(g *group) bool {
		return slices.ContainsFunc(g.returned, func(f *modelinfo.Field) bool {
			switch f.Kind {
			case lookup.Int:
				return !holdsInts(f, f.Auto)
			case lookup.Text, lookup.Float, lookup.Bool, lookup.UUID, lookup.Bytes:
				return f.Serializer != nil
			case lookup.Time, lookup.Date, lookup.Decimal, lookup.Duration:
				return f.Serializer != nil || f.Generated
			}
			return true
		})
	})
}

// The most parameters of a statement, and the most rows of a statement with a
// parameter for each value.
const (
	maxParams    = 65_535
	maxValueRows = 1_000
)

// group holds objects that write the same columns.
type group struct {
	columns, returned []*modelinfo.Field
	objs              []any
	index             []int  // of each object in the list, nil while the group is its beginning
	omitted           uint64 // a bit for each of the fillable columns that the database fills
}

// add adds the object at an index of all.
func (g *group) add(i int, all []any) {
	if g.index == nil && i == len(g.objs) {
		g.objs = all[: i+1 : i+1]
		return
	}
	if g.index == nil {
		g.index = make([]int, len(g.objs))
		for n := range g.index {
			g.index[n] = n
		}
	}
	g.objs, g.index = append(g.objs, all[i]), append(g.index, i)
}

// at returns the index in the list of an object of the group.
func (g *group) at(n int) int {
	if g.index == nil {
		return n
	}
	return g.index[n]
}

// groups holds the objects of one call in the order in which they are written.
type groups struct {
	*bulk
	fillable []*modelinfo.Field
	list     []*group
	all      []any // the list of the call
	n        int   // objects that are added

	writing
}

// add adds the object at an index of the list, which has been filled, to the
// group with the same columns. rv is its struct.
func (gs *groups) add(ctx context.Context, i int, rv reflect.Value) {
	gs.n++
	var omitted uint64
	for bit, f := range gs.fillable {
		if param.Zero(ctx, rv, f) {
			omitted |= 1 << bit
		}
	}
	for _, g := range gs.list {
		if g.omitted == omitted && len(gs.fillable) <= 64 {
			g.add(i, gs.all)
			return
		}
	}
	g := &group{omitted: omitted}
	g.add(i, gs.all)
	g.columns, g.returned = gs.s.insertColumns(ctx, rv)
	switch {
	case gs.Copy:
		g.returned = nil
	case gs.conflict != nil && !gs.conflict.Writes():
		g.returned = nil // skipped rows are not returned, so the returned ones cannot be matched
	case gs.conflict != nil: // the row that exists has its own key and version
		read := append(slices.Clip(gs.s.Model.Key), gs.s.Model.Version)
		for _, set := range gs.conflict.Sets { // what the server computes
			read = append(read, set.Field)
		}
		for _, f := range read {
			if f != nil && !slices.Contains(g.returned, f) {
				g.returned = append(g.returned, f)
			}
		}
	}
	gs.list = append(gs.list, g)
}

// keyless returns 1 for objects whose key the database chooses, else 0.
func (g *group) keyless(m *modelinfo.Model) int {
	for _, f := range m.Key {
		if !slices.Contains(g.columns, f) {
			return 1
		}
	}
	return 0
}

// fillable returns the columns that the database fills where they are zero.
func (s *State) fillable() []*modelinfo.Field {
	var out []*modelinfo.Field
	for _, f := range s.Model.Fields {
		if (f.Auto || f.FuncDefault) && !f.Generated && !s.leftToDatabase(f) {
			out = append(out, f)
		}
	}
	return out
}

// batch returns the number of a group's objects that one statement writes.
func (gs *groups) batch(g *group) int {
	switch {
	case len(g.columns) == 0:
		return 1
	case !canSendArrays(g.columns):
		return max(1, min(gs.Size, maxValueRows, maxParams/len(g.columns)))
	}
	return gs.Size
}

// statements returns the number of statements that insert all groups.
func (gs *groups) statements() (n int) {
	for _, g := range gs.list {
		size := gs.batch(g)
		n += (len(g.objs) + size - 1) / size
	}
	return n
}

// insert writes the objects from one position to another, in the order in which
// they are written. A trial reads nothing back.
func (gs *groups) insert(ctx context.Context, from, to int, trial bool) error {
	at := 0
	for _, g := range gs.list {
		lo, hi := max(from-at, 0), min(to-at, len(g.objs))
		at += len(g.objs)
		size := gs.batch(g)
		for ; lo < hi; lo += size {
			if err := gs.write(ctx, g, g.objs[lo:min(lo+size, hi)], trial); err != nil {
				return err
			}
		}
	}
	return nil
}

// object returns the object at a position in the order in which they are
// written, the object's index in the list, and its columns.
func (gs *groups) object(at int) (obj any, index int, columns []*modelinfo.Field) {
	for _, g := range gs.list {
		if at < len(g.objs) {
			return g.objs[at], g.at(at), g.columns
		}
		at -= len(g.objs)
	}
	return obj, 0, nil
}

// write inserts objects of a group by one statement.
func (gs *groups) write(ctx context.Context, g *group, objs []any, trial bool) error {
	s, returned, want := gs.s, g.returned, int64(len(objs))
	if trial {
		returned = nil
	}
	complete := func(n int64, err error) error {
		if err == nil && n < want && !gs.skips() {
			err = NotWritten{Model: s.Model.Name, Rows: n, Want: want}
		}
		return err
	}
	if gs.Copy && !trial && canCopy(g.columns) && s.Conn.Opened() {
		return complete(exec.Copy(ctx, s.Conn, s.Model, g.columns, objs))
	}
	return parted(objs, g.columns, gs.inTransaction, func() error {
		st := compile.Insert(s.Model, valuesFor(ctx, g.columns, objs), gs.conflict, returned)
		switch whole := gs.whole && !trial; {
		case whole && len(returned) > 0:
			return complete(exec.Rows(ctx, s.Conn, st.Whole(want), objs))
		case whole:
			return complete(exec.Count(ctx, s.Conn, st.Whole(want)))
		case len(returned) > 0:
			return complete(exec.Rows(ctx, s.Conn, st, objs))
		}
		return complete(s.Conn.Exec(ctx, st))
	}, func(from, to int) error { return gs.write(ctx, g, objs[from:to], trial) })
}

// valuesFor returns the values of objects, in arrays if the columns allow it.
func valuesFor(ctx context.Context, columns []*modelinfo.Field, objs []any) compile.Values {
	if canSendArrays(columns) {
		return compile.Values{Columns: columns, Args: columnArrays(ctx, columns, objs)}
	}
	return compile.Values{Columns: columns, Args: rowValues(ctx, columns, objs), Rows: len(objs)}
}

// columnArrays returns the values of objects, one array for each column.
func columnArrays(ctx context.Context, columns []*modelinfo.Field, objs []any) []any {
	args := make([]any, len(columns))
	for i, f := range columns {
		args[i] = param.ColumnOf(ctx, f, objs)
	}
	return args
}

// rowValues returns the values of objects, one row after another.
func rowValues(ctx context.Context, columns []*modelinfo.Field, objs []any) []any {
	args := make([]any, 0, len(columns)*len(objs))
	for _, obj := range objs {
		args = append(args, param.Values(ctx, reflect.ValueOf(obj).Elem(), columns)...)
	}
	return args
}

// canSendArrays reports whether each column can be sent as an array. A column
// of arrays cannot: unnest flattens an array of arrays. Nor can a struct of a
// type that the application has registered with the driver, and multiranges,
// whose arrays the driver does not know.
func canSendArrays(columns []*modelinfo.Field) bool {
	return len(columns) > 0 && !slices.ContainsFunc(columns, func(f *modelinfo.Field) bool {
		return f.Kind == lookup.Array || param.IsMultirange(f.IndirectFieldType) || f.AsText && f.IndirectFieldType.Kind() == reflect.Struct && !f.IndirectFieldType.Implements(reflect.TypeFor[driver.Valuer]())
	})
}

// canCopy reports whether the driver can write the columns in the binary format
// of COPY.
func canCopy(columns []*modelinfo.Field) bool {
	var binary func(t lookup.Type) bool
	binary = func(t lookup.Type) bool {
		switch t.Kind {
		case lookup.Other, lookup.HStore, lookup.Vector, lookup.Search:
			return false
		case lookup.Text:
			return t.SQL != "citext"
		case lookup.Array, lookup.Range:
			return t.Elem != nil && binary(*t.Elem)
		}
		return true
	}
	return len(columns) > 0 && !slices.ContainsFunc(columns, func(f *modelinfo.Field) bool {
		return !binary(f.Type) || f.Kind == lookup.Range && f.IndirectFieldType.Kind() == reflect.String
	})
}
