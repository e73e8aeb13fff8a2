package repo_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

type (
	dayOwner struct {
		ID      string      `gorm:"type:date;primaryKey"`
		Members []*dayOwned `gorm:"foreignKey:OwnerID"`
	}
	dayOwned struct {
		models.AutoKey
		OwnerID *time.Time `gorm:"type:date"`
		Owner   *dayOwner
	}
	momentOwner struct {
		ID      time.Time      `gorm:"type:timestamptz;primaryKey"`
		Members []*momentOwned `gorm:"foreignKey:OwnerID"`
	}
	momentOwned struct {
		models.AutoKey
		OwnerID *string `gorm:"type:timestamptz"`
		Owner   *momentOwner
	}
	idOwner struct {
		ID      uuid.UUID  `gorm:"primaryKey"`
		Members []*idOwned `gorm:"foreignKey:OwnerID"`
	}
	idOwned struct {
		models.AutoKey
		OwnerID uuid.NullUUID
		Owner   *idOwner
	}
)

// Rows of a manager point at the owner, whatever Go types hold the two keys.
func TestOwnersByKeysOfOtherTypes(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), openDB(t, &dayOwner{}, &dayOwned{}, &momentOwner{}, &momentOwned{}, &idOwner{}, &idOwned{})
	day := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	days := repo.New[dayOwner](db)
	d := &dayOwner{ID: "2026-07-01"}
	require.NoError(t, days.Create(ctx, d))
	require.NoError(t, repo.New[dayOwned](db).Create(ctx, &dayOwned{OwnerID: &day}))
	got, err := repo.RelatedByName[dayOwned](days, d, "members").Get(ctx)
	require.NoError(t, err)
	require.Same(t, d, got.Owner)

	moments := repo.New[momentOwner](db)
	m, text := &momentOwner{ID: day.Add(1500 * time.Millisecond)}, "2026-07-01 02:00:01.5+02"
	require.NoError(t, moments.Create(ctx, m))
	require.NoError(t, repo.New[momentOwned](db).Create(ctx, &momentOwned{OwnerID: &text}))
	got2, err := repo.RelatedByName[momentOwned](moments, m, "members").Get(ctx)
	require.NoError(t, err)
	require.Same(t, m, got2.Owner)

	ids := repo.New[idOwner](db)
	i := &idOwner{ID: uuid.New()}
	require.NoError(t, ids.Create(ctx, i))
	require.NoError(t, repo.New[idOwned](db).Create(ctx, &idOwned{OwnerID: uuid.NullUUID{UUID: i.ID, Valid: true}}))
	got3, err := repo.RelatedByName[idOwned](ids, i, "members").Get(ctx)
	require.NoError(t, err)
	require.Same(t, i, got3.Owner)
	all, err := ids.PrefetchRelated("members").All(ctx)
	require.NoError(t, err)
	require.Len(t, all[0].Members, 1)
}
