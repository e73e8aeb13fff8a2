package migrate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Renamed is a migration that Merge has put after others, under a new ID.
type Renamed struct{ From, To ID }

// MergeError reports two migrations of different branches that cannot be in
// either order, so that a person must say what is meant. It matches ErrConflict
// in errors.Is.
type MergeError struct {
	A, B ID
	Why  string
}

// Error names both and the reason.
func (e *MergeError) Error() string {
	return fmt.Sprintf("%s: %s and %s cannot change places: %s (change one of them, or put it after the other in its line id, and write %s by rehash)", ErrConflict, e.A, e.B, e.Why, sumFile)
}

// Is reports whether target is ErrConflict.
func (e *MergeError) Is(target error) bool { return target == ErrConflict }

// Merge puts one of two branches of migrations after the other, in the
// directory of an app whose Load returns ErrConflict. The branch whose first
// file has the greater name is renamed: its files get the next numbers and a
// line replaces, by which databases that have applied them under the old names
// know them. It writes migrations.sum, in which git may have left a conflict.
//
// Before it writes anything, Merge applies both orders to the state. If they
// differ, the error is a *MergeError that names the clash. An edited file is a
// *ChecksumError, and a migration in Go that must move an error that says so.
// Without two branches Merge returns nothing.
func Merge(dir, app string, code ...GoMigration) ([]Renamed, error) {
	files, err := mergedFiles(os.DirFS(dir))
	if err != nil {
		return nil, err
	}
	s := &Set{app: app, apps: map[string][]any{app: nil}, byID: map[ID]*Migration{}}
	if err := s.parse(files); err != nil {
		return nil, err
	}
	WithGo(code...)(s)
	if _, err = s.checked(); err == nil {
		return nil, nil
	}
	conflict, ok := errors.AsType[*ConflictError](err)
	if !ok {
		return nil, err
	}
	if len(conflict.Leaves) != 2 {
		return nil, err
	}
	m, err := branchesOf(files, app, code, conflict.Leaves)
	if err != nil {
		return nil, err
	}
	if err := m.prove(); err != nil {
		return nil, err
	}
	return m.rename(dir, files)
}

// mergedFiles returns the files of a directory whose migrations.sum may be that
// of either side of a merge, or both with git's marks between them.
func mergedFiles(fsys fs.FS) (map[string]string, error) {
	files, err := sqlFiles(fsys)
	if err != nil {
		return nil, err
	}
	text, err := fs.ReadFile(fsys, sumFile)
	if err != nil {
		return nil, &ChecksumError{Kind: "no sums", File: sumFile}
	}
	listed := map[string][]string{}
	for line := range bytes.Lines(text) {
		if fields := strings.Fields(string(line)); len(fields) == 3 {
			listed[fields[0]] = append(listed[fields[0]], fields[1])
		}
	}
	for name, text := range files {
		switch {
		case listed[name] == nil:
			return nil, &ChecksumError{Kind: "unlisted", File: name}
		case !slices.Contains(listed[name], contentSum(text)):
			return nil, &ChecksumError{Kind: "edited", File: name}
		}
	}
	for name := range listed {
		if _, there := files[name]; !there {
			return nil, &ChecksumError{Kind: "missing", File: name}
		}
	}
	return files, nil
}

// branches are two branches of migrations, each in its order, behind those that
// both are after.
type branches struct {
	app         string
	all         map[ID]*Migration
	base        []*Migration
	stays, goes []*Migration
}

// branchesOf returns the branches that end in two leaves.
func branchesOf(files map[string]string, app string, code []GoMigration, leaves []ID) (*branches, error) {
	s := &Set{app: app, apps: map[string][]any{app: nil}, byID: map[ID]*Migration{}}
	if err := s.parse(files); err != nil {
		return nil, err
	}
	WithGo(code...)(s)
	list, err := s.order(nil)
	if err != nil {
		return nil, err
	}
	of := func(leaf ID) ([]*Migration, error) { return s.upTo(nil, leaf) }
	a, err := of(leaves[0])
	if err != nil {
		return nil, err
	}
	b, err := of(leaves[1])
	if err != nil {
		return nil, err
	}
	out := &branches{app: app, all: s.byID}
	for _, m := range list {
		switch inA, inB := slices.Contains(a, m), slices.Contains(b, m); {
		case inA && inB:
			out.base = append(out.base, m)
		case inA:
			out.stays = append(out.stays, m)
		case inB:
			out.goes = append(out.goes, m)
		}
	}
	if out.stays[0].ID > out.goes[0].ID {
		out.stays, out.goes = out.goes, out.stays
	}
	return out, nil
}

// prove returns a *MergeError unless the state is the same in both orders.
func (b *branches) prove() error {
	for _, m := range slices.Concat(b.stays, b.goes) {
		if m.Code == nil && len(m.Ops) == 0 && len(m.Forward) > 0 {
			other := b.goes[0]
			if slices.Contains(b.goes, m) {
				other = b.stays[0]
			}
			return &MergeError{A: other.ID, B: m.ID, Why: "the second has no operation that says what its SQL does (write one, or {\"nothing\":{}})"}
		}
	}
	if ok, _ := b.commute(b.stays, b.goes); ok {
		return nil
	}
	// The shortest beginnings that clash end with the two that do.
	for n := range b.stays {
		for k := range b.goes {
			if ok, why := b.commute(b.stays[:n+1], b.goes[:k+1]); !ok {
				return &MergeError{A: b.stays[n].ID, B: b.goes[k].ID, Why: why}
			}
		}
	}
	return &MergeError{A: b.stays[0].ID, B: b.goes[0].ID, Why: "the state differs"}
}

// commute reports whether the state is the same in both orders, and why not.
func (b *branches) commute(first, second []*Migration) (bool, string) {
	x, err := replay(slices.Concat(b.base, first, second))
	if err != nil {
		return false, strings.TrimPrefix(err.Error(), "migrate: ")
	}
	y, err := replay(slices.Concat(b.base, second, first))
	if err != nil {
		return false, strings.TrimPrefix(err.Error(), "migrate: ")
	}
	if x.sorted() != y.sorted() {
		return false, "the state differs by their order"
	}
	if err := x.check(); err != nil {
		return false, strings.TrimPrefix(err.Error(), "migrate: ")
	}
	return true, ""
}

var numberForm = regexp.MustCompile(`^[0-9]+`)

// numbered returns the number that a name begins with, and how many digits it
// has.
func numbered(id ID) (n, width int) {
	digits := numberForm.FindString(id.Name())
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0, 0
	}
	return n, len(digits)
}

// rename writes the files of the second branch under their new names.
func (b *branches) rename(dir string, files map[string]string) ([]Renamed, error) {
	last, width := 0, 4
	for id := range b.all {
		n, w := numbered(id)
		last, width = max(last, n), max(width, w)
	}
	leaf := b.stays[len(b.stays)-1].ID
	inBranch := map[ID]bool{}
	for _, m := range b.goes {
		inBranch[m.ID] = true
	}
	var out []Renamed
	to := map[ID]ID{}
	texts := map[string]string{}
	for _, m := range b.goes {
		first := !slices.ContainsFunc(m.After, func(id ID) bool { return inBranch[id] })
		if m.Code != nil {
			if first {
				return nil, &ChainError{IDs: []ID{m.ID}, Text: fmt.Sprintf("it is in Go and must come after %s (write that into its After)", leaf)}
			}
			continue // what it is after is known by its old name
		}
		last++
		name := fmt.Sprintf("%0*d%s", width, last, strings.TrimLeft(m.ID.Name(), "0123456789"))
		id := ID(name)
		if b.app != "" {
			id = ID(b.app + "/" + name)
		}
		to[m.ID] = id
		after := []ID{leaf}
		for _, parent := range m.After {
			if renamed := to[parent]; renamed != "" {
				parent = renamed
			}
			if !slices.ContainsFunc(b.base, func(o *Migration) bool { return o.ID == parent }) {
				after = append(after, parent)
			}
		}
		if !first {
			after = after[1:]
		}
		texts[name+sqlEnd] = renamedText(files[m.file], m, id, after)
		out = append(out, Renamed{From: m.ID, To: id})
	}
	for _, m := range b.goes {
		delete(files, m.file)
	}
	for name, text := range texts {
		files[name] = text
		if err := writeFile(filepath.Join(dir, name), text); err != nil {
			return nil, err
		}
	}
	if err := writeFile(filepath.Join(dir, sumFile), sums(files)); err != nil {
		return nil, err
	}
	for _, m := range b.goes {
		if m.Code == nil && texts[m.file] == "" {
			if err := os.Remove(filepath.Join(dir, m.file)); err != nil {
				return nil, fmt.Errorf("migrate: remove %s: %w", m.file, err)
			}
		}
	}
	return out, nil
}

var (
	idLine       = regexp.MustCompile(`(?m)^--[ \t]*\+gormango[ \t]+id[ \t].*\n?`)
	replacesLine = regexp.MustCompile(`(?m)^--[ \t]*\+gormango[ \t]+replaces[ \t].*\n?`)
)

// renamedText returns the text of a file with another ID. What it replaces
// becomes what its former name has replaced; all else stays as it is.
func renamedText(text string, m *Migration, id ID, after []ID) string {
	head := fmt.Sprintf("-- +gormango id %s after %s\n-- +gormango replaces %s\n", id, joinIDs(after), m.ID)
	if len(m.Replaces) > 0 {
		head += fmt.Sprintf("-- +gormango squashed %s of %s\n", m.ID, joinIDs(m.Replaces))
	}
	return head + replacesLine.ReplaceAllString(idLine.ReplaceAllString(text, ""), "")
}

// described reports whether the operations of a migration say all that it does.
func (m *Migration) described() bool {
	return m.Code == nil && len(m.Ops) > 0 && !slices.ContainsFunc(m.Ops, func(op Op) bool { _, nothing := op.(Nothing); return nothing })
}

// sameState reports whether two orders of migrations have the same result. The
// order of columns, which only the physical tables have, is of no account.
func sameState(a, b []*Migration) bool {
	x, err1 := replay(a)
	y, err2 := replay(b)
	return err1 == nil && err2 == nil && x.sorted() == y.sorted()
}

// sorted returns a text of the state that does not depend on the order of the
// parts of tables.
func (s *State) sorted() string {
	c := s.Clone()
	for _, t := range c.Tables {
		slices.SortFunc(t.Columns, func(a, b Column) int { return strings.Compare(a.Name, b.Name) })
		slices.SortFunc(t.Indexes, func(a, b Index) int { return strings.Compare(a.Name, b.Name) })
		slices.SortFunc(t.ForeignKeys, func(a, b ForeignKey) int { return strings.Compare(a.Name, b.Name) })
		slices.SortFunc(t.Constraints, func(a, b Constraint) int { return strings.Compare(a.Name, b.Name) })
	}
	slices.Sort(c.Extensions)
	slices.Sort(c.Schemas)
	text, _ := json.Marshal(c) // plain values: it cannot fail
	return string(text)
}
