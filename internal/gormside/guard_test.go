package gormside_test

import (
	"errors"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
)

// hooked panics in the hook that Text names, or ends its goroutine.
type hooked struct {
	ID   int64
	Text string
}

func (h *hooked) in(hook string) error {
	switch h.Text {
	case hook:
		panic("boom in " + hook)
	case hook + " exit":
		runtime.Goexit()
	case hook + " error":
		return errors.New("boom in " + hook)
	}
	return nil
}

func (h *hooked) BeforeCreate(*gorm.DB) error { return h.in("BeforeCreate") }
func (h *hooked) AfterCreate(*gorm.DB) error  { return h.in("AfterCreate") }
func (h *hooked) BeforeUpdate(*gorm.DB) error { return h.in("BeforeUpdate") }
func (h *hooked) AfterUpdate(*gorm.DB) error  { return h.in("AfterUpdate") }
func (h *hooked) BeforeDelete(*gorm.DB) error { return h.in("BeforeDelete") }
func (h *hooked) AfterDelete(*gorm.DB) error  { return h.in("AfterDelete") }
func (h *hooked) AfterFind(*gorm.DB) error    { return h.in("AfterFind") }

var hookedCalls = map[string]func(db *gorm.DB, h *hooked) error{
	"Create": func(db *gorm.DB, h *hooked) error { return db.Create(h).Error },
	"Update": func(db *gorm.DB, h *hooked) error { return db.Model(h).Update("text", h.Text).Error },
	"Delete": func(db *gorm.DB, h *hooked) error { return db.Delete(h).Error },
}

// The pool has one connection: one that is lost stops everything.
func TestPanicsInHooks(t *testing.T) {
	t.Parallel()
	_, db := open(t, gormango.Config{Pool: gormango.Pool{Max: 1}})
	require.NoError(t, db.AutoMigrate(&hooked{}))
	kept := hooked{Text: "kept"}
	require.NoError(t, db.Create(&kept).Error)
	prepared := db.Session(&gorm.Session{PrepareStmt: true})
	for range 2 {
		for name, call := range hookedCalls {
			for _, when := range []string{"Before", "After"} {
				for _, db := range []*gorm.DB{db, prepared} {
					hook := when + name
					h := hooked{ID: kept.ID, Text: hook}
					if name == "Create" {
						h.ID = 0
					}
					require.PanicsWithValue(t, "boom in "+hook, func() { _ = call(db, &h) })
					h.Text = hook + " error"
					require.EqualError(t, call(db, &h), "boom in "+hook)
					h.Text = hook + " exit"
					done := make(chan struct{})
					go func() {
						defer close(done)
						_ = call(db, &h)
					}()
					<-done
					require.PanicsWithValue(t, "boom in "+hook, func() {
						h.Text = hook
						_ = db.Transaction(func(tx *gorm.DB) error { return call(tx, &h) })
					})
				}
			}
		}
		require.Panics(t, func() {
			_ = db.Model(&hooked{}).Select("id", "'AfterFind' AS text").Find(&[]hooked{}).Error
		})
	}
	var texts []string
	require.NoError(t, db.Model(&hooked{}).Pluck("text", &texts).Error)
	require.Equal(t, []string{"kept"}, texts, "nothing of the rest was saved")
}
