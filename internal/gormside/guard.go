package gormside

import "gorm.io/gorm"

// guarded returns fn with a rollback of GORM's default transaction where fn
// panics or ends its goroutine. GORM itself rolls back transactions of
// db.Transaction alone; its default one would keep its connection for ever.
func guarded(fn func(*gorm.DB)) func(*gorm.DB) {
	return func(db *gorm.DB) {
		returned := false
		defer func() {
			if returned {
				return
			}
			if _, ok := db.InstanceGet("gorm:started_transaction"); !ok {
				return
			}
			if tx, ok := db.Statement.ConnPool.(gorm.TxCommitter); ok {
				_ = tx.Rollback()
			}
		}()
		fn(db)
		returned = true
	}
}
