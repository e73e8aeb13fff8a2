package modelinfo_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/models"
)

type Audited struct{ By string }

func (Audited) Clean(context.Context) error { return nil }

type Checked struct{ Sum int }

func (*Checked) Clean(context.Context) error { return nil }

type Base struct{ Checked }

type both struct {
	models.AutoKey
	Audited
	Checked
}

type deeper struct {
	models.AutoKey
	Audited
	Base
}

type own struct {
	models.AutoKey
	Audited
	Checked
}

func (o *own) Clean(ctx context.Context) error {
	return models.Join(o.Audited.Clean(ctx), o.Checked.Clean(ctx))
}

type single struct {
	models.AutoKey
	Base
}

type HookA struct{ A int }

func (*HookA) BeforeSave(*gorm.DB) error { return nil }

type HookB struct{ B int }

func (*HookB) BeforeSave(*gorm.DB) error { return nil }

type hooks struct {
	models.AutoKey
	HookA
	*HookB
}

type allMixins struct {
	models.UUIDKey
	models.Timestamps
	models.SoftDelete
	models.Versioned
}

// A method that two embedded structs have is an error of Open, since Go would
// drop it or take one of the two.
func TestPromotedMethodsAreNotLost(t *testing.T) {
	t.Parallel()
	for want, m := range map[string]any{
		`gormango: model both: method Clean comes from both.Audited and from both.Checked, so one is lost (write both.Clean and call both)`:              both{},
		`gormango: model deeper: method Clean comes from deeper.Audited and from deeper.Base.Checked, so one is lost (write deeper.Clean and call both)`: deeper{},
		`gormango: model hooks: method BeforeSave comes from hooks.HookA and from hooks.HookB, so one is lost (write hooks.BeforeSave and call both)`:    hooks{},
	} {
		require.EqualError(t, modelinfo.Install(offline(t), []any{m}), want)
	}
	require.NoError(t, modelinfo.Install(offline(t), []any{own{}, single{}, allMixins{}}))
}

func TestMixins(t *testing.T) {
	t.Parallel()
	m := model[allMixins](t, offline(t))
	require.Same(t, m.Field("id"), m.UUIDKey)
	require.Same(t, m.Field("lock_version"), m.Version)
	require.Same(t, m.Field("deleted_at"), m.SoftDelete)
	require.Equal(t, "uuid", m.UUIDKey.SQLType)
	require.False(t, m.UUIDKey.Auto)
}
