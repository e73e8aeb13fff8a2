package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// UUIDKey is a uuid primary key. A zero ID gets a UUIDv7 (RFC 9562: sorted by
// the time it was made) when the object is created, by a repository or by plain
// GORM on a database of gormango.Open.
type UUIDKey struct {
	ID uuid.UUID `gorm:"type:uuid;primaryKey" json:"id"`
}

// Timestamps keeps when a row was made and last saved. Both are set when they
// are zero at creation, UpdatedAt at every Save; updates of a QuerySet leave
// them, as in Django.
type Timestamps struct {
	CreatedAt time.Time `gorm:"not null" json:"created_at"`
	UpdatedAt time.Time `gorm:"not null" json:"updated_at"`
}

// SoftDelete keeps deleted rows: Delete sets DeletedAt, and queries, joins and
// prefetches leave such rows out. It acts through its field's type, as GORM's
// own gorm.DeletedAt does.
type SoftDelete struct {
	DeletedAt gorm.DeletedAt `gorm:"index" json:"deleted_at"`
}

// Versioned is an optimistic lock. LockVersion is 1 at creation; a repository's
// Save and Delete change the row only while it still has the object's version,
// and raise it. Somebody else's Save in between is repo.ErrStaleObject. Plain
// GORM calls and updates of a QuerySet neither check the version nor raise it.
// Rows that the model had before it was Versioned, and rows of raw SQL, begin
// at 1 too: the column's default.
type Versioned struct {
	LockVersion int64 `gorm:"not null;default:1" json:"lock_version"`
}
