package migrate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// Op is one operation of a migration. It is a plain value that a migration file
// holds as JSON. The operations of this package are the only ones.
type Op interface {
	// Apply changes the state as the operation changes the database. The error is
	// an *OpError, and the state is then as before.
	Apply(*State) error
	// Describe returns a phrase for people: "add column orders.channel".
	Describe() string

	// fragment returns words for a file's name: "order_channel".
	fragment() string
	// forward returns the statements that do the operation. s is the state before.
	forward(s *State) ([]string, error)
	// inverse returns the operations that undo it, in their order. s is the state
	// before.
	inverse(s *State) ([]Op, error)
}

// ops holds one operation of each kind.
var ops = []Op{
	CreateTable{}, DropTable{}, RenameTable{}, AddPartition{}, DropPartition{}, SetKey{},
	AddColumn{}, DropColumn{}, RenameColumn{}, AlterColumn{}, FillColumn{}, CommentOn{},
	AddIndex{}, DropIndex{}, RenameIndex{},
	AddForeignKey{}, DropForeignKey{}, AddConstraint{}, DropConstraint{}, RenameConstraint{}, ValidateConstraint{},
	CreateEnum{}, DropEnum{}, RenameEnum{}, AddEnumValue{}, RenameEnumValue{}, AlterEnum{},
	CreateExtension{}, DropExtension{}, CreateSchema{}, DropSchema{}, CreateObject{}, DropObject{}, ReplaceObject{},
	Nothing{},
}

// kinds are the types of the operations by their names in files: "add_column".
var kinds = func() map[string]reflect.Type {
	out := map[string]reflect.Type{}
	for _, op := range ops {
		out[kindOf(op)] = reflect.TypeOf(op)
	}
	return out
}()

// kindOf returns the name of an operation in files.
func kindOf(op Op) string {
	var b strings.Builder
	for i, r := range reflect.TypeOf(op).Name() {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// encodeOp returns the operation as JSON in one line: {"add_column":{…}}.
func encodeOp(op Op) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // < and > are frequent in SQL
	if err := e.Encode(map[string]Op{kindOf(op): op}); err != nil {
		return nil, fmt.Errorf("migrate: write operation %s: %w", kindOf(op), err)
	}
	return bytes.TrimSpace(b.Bytes()), nil
}

// decodeOp returns the operation of a JSON text that encodeOp wrote.
func decodeOp(text []byte) (Op, error) {
	var by map[string]json.RawMessage
	if err := json.Unmarshal(text, &by); err != nil {
		return nil, fmt.Errorf("migrate: operation: %w", err)
	}
	if len(by) != 1 {
		return nil, fmt.Errorf("migrate: operation has %d names (write one: {\"add_column\":{…}})", len(by))
	}
	for name, text := range by {
		kind, ok := kinds[name]
		if !ok {
			return nil, fmt.Errorf("migrate: unknown operation %q (choices are %s)", name, strings.Join(slices.Sorted(maps.Keys(kinds)), ", "))
		}
		op := reflect.New(kind)
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(op.Interface()); err != nil {
			return nil, fmt.Errorf("migrate: operation %s: %w", name, err)
		}
		return op.Elem().Interface().(Op), nil
	}
	panic("unreachable")
}

// OpError reports an operation that does not fit the state it is applied to.
type OpError struct {
	Op    string // the operation's description
	Table string // "" for one that belongs to no table
	Name  string // of the missing or present part
	Why   string
}

// Error names the operation, the part and the reason.
func (e *OpError) Error() string { return fmt.Sprintf("migrate: %s: %s", e.Op, e.Why) }

// missing returns the error for a part that an operation needs.
func missing(op Op, table, kind, name string, choices []string) error {
	why := fmt.Sprintf("there is no %s %q", kind, name)
	if table != "" {
		why = fmt.Sprintf("table %q has no %s %q", table, kind, name)
	}
	if len(choices) > 0 {
		quoted := make([]string, len(choices))
		for i, c := range choices {
			quoted[i] = fmt.Sprintf("%q", c)
		}
		why += " (choices are " + strings.Join(quoted, ", ") + ")"
	}
	return &OpError{Op: op.Describe(), Table: table, Name: name, Why: why}
}

// taken returns the error for a part that is there already.
func taken(op Op, table, kind, name string) error {
	why := fmt.Sprintf("%s %q exists already", kind, name)
	if table != "" {
		why += fmt.Sprintf(" in table %q", table)
	}
	return &OpError{Op: op.Describe(), Table: table, Name: name, Why: why}
}

// table returns the table that an operation needs.
func (s *State) table(op Op, name string) (*Table, error) {
	if t := s.Tables[name]; t != nil {
		return t, nil
	}
	return nil, missing(op, "", "table", name, slices.Sorted(maps.Keys(s.Tables)))
}

// column returns the place of a column that an operation needs.
func (t *Table) column(op Op, name string) (int, error) {
	if i := slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name }); i >= 0 {
		return i, nil
	}
	return 0, missing(op, t.Name, "column", name, t.columnNames())
}

func (t *Table) columnNames() []string {
	var names []string
	for _, c := range t.Columns {
		names = append(names, c.Name)
	}
	return names
}

func (t *Table) indexNames() []string {
	var names []string
	for _, x := range t.Indexes {
		names = append(names, x.Name)
	}
	return names
}

// constraintNames returns the names of the constraints and foreign keys.
func (t *Table) constraintNames() []string {
	var names []string
	for _, c := range t.Constraints {
		names = append(names, c.Name)
	}
	for _, fk := range t.ForeignKeys {
		names = append(names, fk.Name)
	}
	return names
}

// need returns the places of an operation's table and column.
func (s *State) need(op Op, table, column string) (*Table, int, error) {
	t, err := s.table(op, table)
	if err != nil {
		return nil, 0, err
	}
	i, err := t.column(op, column)
	return t, i, err
}

// words joins names to a fragment of a file's name, without schemas.
func words(names ...string) string {
	for i, n := range names {
		if _, name, ok := strings.Cut(n, "."); ok {
			names[i] = name
		}
	}
	return strings.Trim(strings.Join(strings.FieldsFunc(strings.ToLower(strings.Join(names, "_")), func(r rune) bool {
		return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), "_"), "_")
}

// Nothing changes no state. It says what the statements of its file do.
type Nothing struct {
	Note string `json:"note,omitempty"`
}

// Apply leaves the state as it is.
func (o Nothing) Apply(*State) error { return nil }

// Describe returns the note.
func (o Nothing) Describe() string {
	if o.Note == "" {
		return "change no table"
	}
	return o.Note
}

func (o Nothing) fragment() string                 { return words(strings.ReplaceAll(o.Note, ".", "_")) }
func (o Nothing) forward(*State) ([]string, error) { return nil, nil }
func (o Nothing) inverse(*State) ([]Op, error)     { return []Op{o}, nil }
