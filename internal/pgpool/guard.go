package pgpool

import (
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// GuardHooks has GORM's default transaction of a write roll back when a hook panics or ends its
// goroutine. GORM only rolls back transactions of db.Transaction then; its default one would keep its
// connection for ever. What a plugin's own callbacks do is not guarded. It runs no query.
func GuardHooks(db *gorm.DB) error {
	own := db.Config.Logger
	db.Config.Logger = logger.Discard // GORM tells of each replaced callback
	defer func() { db.Config.Logger = own }()

	type processor interface {
		Get(name string) func(*gorm.DB)
		Replace(name string, fn func(*gorm.DB)) error
	}
	var errs []error
	for _, c := range []struct {
		processor processor
		names     []string
	}{
		{db.Callback().Create(), []string{
			"gorm:before_create", "gorm:save_before_associations", "gorm:create", "gorm:save_after_associations", "gorm:after_create"}},
		{db.Callback().Update(), []string{
			"gorm:setup_reflect_value", "gorm:before_update", "gorm:save_before_associations", "gorm:update",
			"gorm:save_after_associations", "gorm:after_update"}},
		{db.Callback().Delete(), []string{
			"gorm:before_delete", "gorm:delete_before_associations", "gorm:delete", "gorm:after_delete"}},
	} {
		for _, name := range c.names {
			if fn := c.processor.Get(name); fn != nil {
				errs = append(errs, c.processor.Replace(name, guarded(fn)))
			}
		}
	}
	return errors.Join(errs...)
}

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
			if source, ok := Of(db); ok && source.tx != nil {
				_ = source.tx.Rollback()
			}
		}()
		fn(db)
		returned = true
	}
}
