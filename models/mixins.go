package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// UUIDKey is a uuid primary key. Creating an object with a zero ID, by a
// repository or by plain GORM on a database of gormango.Open, sets a UUIDv7
// (RFC 9562: sorted by creation time).
type UUIDKey struct {
	ID uuid.UUID `gorm:"type:uuid;primaryKey" json:"id"`
}

// Timestamps holds the times when a row was created and last saved. Creation
// sets both if they are zero, every Save sets UpdatedAt. Updates of a QuerySet
// leave them unchanged, as in Django.
type Timestamps struct {
	CreatedAt time.Time `gorm:"not null" json:"created_at"`
	UpdatedAt time.Time `gorm:"not null" json:"updated_at"`
}

// SoftDelete keeps deleted rows: Delete sets DeletedAt, and queries, joins and
// prefetches leave such rows out. It works by the type of its field, as GORM's
// own gorm.DeletedAt does.
type SoftDelete struct {
	DeletedAt gorm.DeletedAt `gorm:"index" json:"deleted_at"`
}

// Versioned is an optimistic lock. LockVersion is 1 at creation. Save and
// Delete of a repository change the row only while it has the object's version,
// and increment it. If the row was saved in between, they return
// repo.ErrStaleObject. Plain GORM calls and updates of a QuerySet neither check
// nor increment the version. Rows from before the model was Versioned, and rows
// of raw SQL, start at 1 too, the column's default.
type Versioned struct {
	LockVersion int64 `gorm:"not null;default:1" json:"lock_version"`
}
