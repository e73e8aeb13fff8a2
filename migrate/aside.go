package migrate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/catalog"
)

// An index of a large table is replaced as by REINDEX CONCURRENTLY: the old one
// one serves under another name until the new one is built.

// asideEnd is the end of the name of an index that waits for another one.
const asideEnd = "_replaced"

func asideName(index string) string { return cut(index, min(len(index), 63-len(asideEnd))) + asideEnd }

// asideWork is the name of the work that ends when the old index is dropped.
func asideWork(table, name string) string { return workPrefix + "drop index " + table + "." + name }

// asideIndex is the part of a change that drops an old index of this name.
type asideIndex string

// setAside renames an index of a large table, so that Auto builds the one of
// the models and drops the old one then.
func (w *stepWork) setAside(table, name string, have *catalog.Table) error {
	aside := asideName(name)
	drop := "DROP INDEX " + quoteBeside(table, name)
	if _, there := have.Index(aside); there { // it is newer than one that waits already
		return w.exec(table, "index", name, drop)
	}
	var rests bool // what a foreign key rests on cannot go, and says so
	if err := quietly(w.tx).Raw(`SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conindid = ?::text::pg_catalog.regclass)`, quoteBeside(table, name)).Scan(&rests).Error; err != nil {
		return fmt.Errorf("look for what rests on index %q: %w", name, err)
	}
	if rests {
		return w.exec(table, "index", name, drop)
	}
	if _, err := begin(quietly(w.tx), w.home, asideWork(table, aside)); err != nil {
		return err
	}
	return w.exec(table, "index", name, "ALTER INDEX "+quoteBeside(table, name)+" RENAME TO "+quote(aside))
}

// withoutAside returns a table without the indexes that wait for others, and
// the changes that drop them, which come after the others.
func (c *comparison) withoutAside(t *Table, have *catalog.Table) (*catalog.Table, []change) {
	var drops []change
	for _, work := range slices.Sorted(maps.Keys(c.work)) { // one that is gone may not be noted yet
		if name, of := strings.CutPrefix(work, asideWork(t.Name, "")); of && !strings.Contains(name, ".") {
			drops = append(drops, change{table: t.Name, what: "index", name: name, sql: "DROP INDEX IF EXISTS " + quoteBeside(t.Name, name), of: t,
				part: asideIndex(name), resumed: true, work: work})
		}
	}
	if len(drops) == 0 {
		return have, nil
	}
	rest := *have
	rest.Indexes = slices.DeleteFunc(slices.Clone(have.Indexes), func(is catalog.Index) bool {
		return slices.ContainsFunc(drops, func(d change) bool { return d.name == is.Name })
	})
	return &rest, drops
}

// dropAside drops an index that another one has replaced.
func (a *starter) dropAside(home string, c change, name string) error {
	if err := a.alone(c, "DROP INDEX CONCURRENTLY IF EXISTS "+quoteBeside(c.table, name)); err != nil {
		return err
	}
	return a.inTx(func(tx *gorm.DB) error { return forget(quietly(tx), home, c.work) })
}
