package trace

// Facts is what the server did for a statement.
type Facts struct {
	SQL string
	// Head is the first words, in capitals: "ALTER TABLE".
	Head []string
	// Concurrently reports whether the statement has the word, without which it
	// was traced.
	Concurrently bool
	// Untraced says why the statement was not run or failed, and is "" for one
	// that was traced. The fields below are then empty.
	Untraced string
	// Locks has the strongest lock that the statement took on each table, if the
	// transaction did not hold that lock already.
	Locks map[string]Mode
	// Held has the strongest lock on each table that the transaction held before.
	Held map[string]Mode
	// Rewritten are the tables that got new files, in their order by name.
	Rewritten []string
	// Read are the tables that were read as a whole, rewritten ones included.
	Read []string
	// Changes are the differences in the catalog.
	Changes []Change
}

// Mode is the mode of a lock on a table. A greater one is stronger.
type Mode int

// The modes of locks.
const (
	NoLock Mode = iota
	AccessShare
	RowShare
	RowExclusive
	ShareUpdateExclusive
	Share
	ShareRowExclusive
	Exclusive
	AccessExclusive
)

var modes = []string{
	"none", "ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE",
}

// String returns the mode's name in PostgreSQL's documentation.
func (m Mode) String() string { return modes[m] }

// StopsWrites reports whether rows cannot be written while another transaction
// holds the lock.
func (m Mode) StopsWrites() bool { return m >= Share }

// StopsReads reports whether rows cannot be read while another transaction
// holds the lock.
func (m Mode) StopsReads() bool { return m == AccessExclusive }

// modeOf returns the mode by its name in pg_locks.
func modeOf(name string) Mode {
	for m, s := range []string{
		"", "AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock",
	} {
		if s == name {
			return Mode(m)
		}
	}
	return NoLock
}

// Kind is the kind of a [Change].
type Kind string

// The kinds of changes. Name is that of the part of the table before the
// statement, From and To are what changed.
const (
	AddTable           Kind = "add table" // To is the kind of the relation, as in pg_class.relkind
	DropTable          Kind = "drop table"
	RenameTable        Kind = "rename table"
	AddColumn          Kind = "add column" // To is its type
	DropColumn         Kind = "drop column"
	RenameColumn       Kind = "rename column"
	ColumnType         Kind = "column type"
	ColumnNotNull      Kind = "column not null" // "true" or "false"
	ColumnDefault      Kind = "column default"
	ColumnGenerated    Kind = "column generated"
	ColumnIdentity     Kind = "column identity"
	AddIndex           Kind = "add index"
	DropIndex          Kind = "drop index"
	RenameIndex        Kind = "rename index"
	AddConstraint      Kind = "add constraint"
	DropConstraint     Kind = "drop constraint"
	ValidateConstraint Kind = "validate constraint"
	RenameConstraint   Kind = "rename constraint"
	AddTrigger         Kind = "add trigger"
	DropTrigger        Kind = "drop trigger"
	AddPolicy          Kind = "add policy"
	DropPolicy         Kind = "drop policy"
	RowSecurity        Kind = "row security" // To is "true" or "false", From the number of policies
	Attach             Kind = "attach partition"
	Detach             Kind = "detach partition"
	AddType            Kind = "add type"
	DropType           Kind = "drop type"
	EnumLabels         Kind = "enum labels"
)

// Change is a difference in the catalog. Table is the name before the
// statement, as the models write it, and that of a type for changes of types.
// The last three fields describe the part after the statement, or the one that
// was dropped.
type Change struct {
	Kind        Kind
	Table, Name string
	From, To    string
	Columns     []Column // of an added table, by name
	Column      *Column
	Index       *Index
	Constraint  *Constraint
}
