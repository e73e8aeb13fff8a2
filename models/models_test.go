package models_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
)

type byValue struct{ models.AutoKey }

func (byValue) Meta() models.Meta { return models.Meta{Ordering: []string{"id"}} }

type byPointer struct{ models.AutoKey }

func (*byPointer) Meta() models.Meta { return models.Meta{Ordering: []string{"-id"}} }

func (*byPointer) Clean(context.Context) error { return nil }

func TestMetaOf(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"id"}, models.MetaOf(byValue{}).Ordering)
	require.Equal(t, []string{"id"}, models.MetaOf((*byValue)(nil)).Ordering, "a nil pointer does")
	require.Equal(t, []string{"-id"}, models.MetaOf(byPointer{}).Ordering, "a method of the pointer counts for a value")
	require.Equal(t, []string{"-id"}, models.MetaOf([]*byPointer{}).Ordering)
	require.Zero(t, models.MetaOf(models.AutoKey{}))
	require.Zero(t, models.MetaOf(7))
	require.Zero(t, models.MetaOf(nil))
	var _ models.Cleaner = &byPointer{}
}
