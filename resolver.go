package gormango

import (
	"errors"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/pgpool"
)

// resolverName is what gorm.io/plugin/dbresolver calls itself.
const resolverName = "gorm:db_resolver"

// keepTransaction has GORM's calls with the context of a transaction of p stay in it where dbresolver has
// sent them to another server: it knows transactions by their *gorm.DB only. Its own callbacks are before
// all others, so these come after them although they are registered first.
func keepTransaction(db *gorm.DB, p *pgpool.Pool) error {
	keep := func(db *gorm.DB) {
		switch conn := db.Statement.ConnPool.(type) {
		case *pgpool.Tx:
			return
		case *pgpool.Pool:
			if conn == p {
				return
			}
		}
		if _, there := db.Config.Plugins[resolverName]; !there {
			return
		}
		if _, transaction := db.Statement.ConnPool.(gorm.TxCommitter); transaction {
			return
		}
		if p.TxFrom(db.Statement.Context) != nil {
			db.Statement.ConnPool = p // which asks the context
		}
	}
	const name = "gormango:keep_transaction"
	callbacks := db.Callback()
	return errors.Join(
		callbacks.Create().Before("gorm:begin_transaction").Register(name, keep),
		callbacks.Update().Before("gorm:begin_transaction").Register(name, keep),
		callbacks.Delete().Before("gorm:begin_transaction").Register(name, keep),
		callbacks.Query().Before("gorm:query").Register(name, keep),
		callbacks.Row().Before("gorm:row").Register(name, keep),
		callbacks.Raw().Before("gorm:raw").Register(name, keep),
	)
}
