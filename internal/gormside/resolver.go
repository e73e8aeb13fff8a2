package gormside

import (
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/pgpool"
)

// resolverName is what gorm.io/plugin/dbresolver calls itself.
const resolverName = "gorm:db_resolver"

// keepTransaction keeps a call with the context of a transaction of d in that
// transaction where dbresolver has sent it to another server: dbresolver knows
// transactions by their *gorm.DB only. Its callbacks stand before all others,
// so this one comes after them although it is registered first.
func (d *Dialect) keepTransaction(db *gorm.DB) {
	if pool, ok := db.Statement.ConnPool.(*pgpool.Pool); ok && pool == d.pool {
		return
	}
	_, transaction := db.Statement.ConnPool.(gorm.TxCommitter)
	_, resolver := db.Config.Plugins[resolverName]
	if !transaction && resolver && d.pool.TxFrom(db.Statement.Context) != nil {
		db.Statement.ConnPool = d.pool // which asks the context
	}
}
