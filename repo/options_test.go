package repo_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

type stage string

func (stage) Choices() []models.Choice { return models.Labeled[stage]("new", "in_work") }

// article has every option of a field.
type article struct {
	models.AutoKey
	Title  string         `gorm:"not null"`
	Stage  stage          `gorm:"not null"`
	Rank   *int16         `gorm:"type:smallint"`
	Price  int            `gorm:"not null"`
	Count  int            `gorm:"not null"`
	Total  int            `gorm:"not null"`
	Code   string         `gorm:"not null"`
	Body   string         `gorm:"not null"`
	Tags   []string       `gorm:"type:text[];not null"`
	Counts []int32        `gorm:"type:integer[];not null"`
	Data   map[string]any `gorm:"type:jsonb;serializer:json;not null"`
	List   []string       `gorm:"type:jsonb;serializer:json;not null"`
	Raw    []byte         `gorm:"not null"`
	Old    []string       `gorm:"type:text[]"`
	HomeID *int64
	Home   *article
}

func (article) Meta() models.Meta {
	return models.Meta{Fields: map[string]models.FieldOptions{
		"stage": {Checked: true, Help: "How far it is.", ReadOnly: true},
		"rank":  {Label: "Place", Choices: []models.Choice{{Value: 1, Label: "first"}, {Value: nil, Label: "none"}}},
		"total": {Generated: "price * count"},
		"code":  {Default: "upper('x') || '1'", Collation: "C", Comment: "its code"},
		"body":  {Deferred: true},
	}}
}

type coupon struct {
	models.AutoKey
	Code  string
	Price int
	Twice int
}

func (coupon) Meta() models.Meta {
	return models.Meta{Fields: map[string]models.FieldOptions{"code": {Default: "upper('x') || '1'"}, "twice": {Generated: "price * 2"}}}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	r := repo.New[article](openDB(t))
	o, err := repo.Options(r, "stage")
	require.NoError(t, err)
	require.Equal(t, "How far it is.", o.Help)
	require.Equal(t, "stage", o.Label)
	require.True(t, o.ReadOnly)
	require.Len(t, o.Choices, 2)
	_, err = repo.Options(r, "home__title")
	require.ErrorContains(t, err, "it belongs to article")
	_, err = repo.Options(r, "titel")
	var fieldError *repo.FieldError
	require.ErrorAs(t, err, &fieldError)

	one := int16(1)
	for want, name := range map[string]repo.Name[article]{"In Work": "stage", "first": "rank", "x": "title"} {
		got, err := repo.Label(r, &article{Title: "x", Stage: "in_work", Rank: &one}, name)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	got, err := repo.Label(r, &article{}, "rank")
	require.NoError(t, err)
	require.Equal(t, "none", got)
	_, err = repo.Label(r, nil, "rank")
	require.Error(t, err)
}

func TestFieldOptionsInTheDatabase(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), openDB(t, &article{}, &coupon{})
	r := repo.New[article](db)
	o := &article{Title: "a", Stage: "new", Price: 3, Count: 4}
	require.NoError(t, r.Create(ctx, o))
	require.Equal(t, 12, o.Total)
	require.Equal(t, "X1", o.Code)
	o.Price, o.Total = 5, 7
	require.NoError(t, r.Save(ctx, o))
	require.Equal(t, 20, o.Total)
	_, err := r.AllRows().Update(ctx, r.Set("total", 1))
	require.Error(t, err)
	byGORM := &coupon{Price: 7}
	require.NoError(t, db.Create(byGORM).Error)
	require.Equal(t, "X1", byGORM.Code, "plain GORM leaves the default to the database")
	require.NoError(t, db.Model(byGORM).Updates(&coupon{Price: 8, Twice: 1}).Error)
	require.NoError(t, db.First(byGORM).Error)
	require.Equal(t, 16, byGORM.Twice, "and what the database computes")
	require.Error(t, r.Create(ctx, &article{Stage: "old"}), "the choices are checked")

	var comment, collation string
	require.NoError(t, db.Raw(`SELECT col_description('articles'::regclass, attnum), collname FROM pg_attribute JOIN pg_collation c ON c.oid = attcollation
		WHERE attrelid = 'articles'::regclass AND attname = 'code'`).Row().Scan(&comment, &collation))
	require.Equal(t, []string{"its code", "C"}, []string{comment, collation})
}

func TestDeferredByTheModel(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), openDB(t, &article{})
	r := repo.New[article](db)
	home := &article{Title: "home", Stage: "new", Body: "long"}
	require.NoError(t, r.Create(ctx, home))
	o := &article{Title: "a", Stage: "new", Body: "longer", HomeID: &home.ID}
	require.NoError(t, r.Create(ctx, o))

	body := func(qs *repo.QuerySet[article]) string {
		t.Helper()
		got, err := qs.SelectRelated("home").Get(ctx)
		require.NoError(t, err)
		require.Equal(t, "home", got.Home.Title)
		return got.Body + "/" + got.Home.Body
	}
	one := r.Filter("id", o.ID)
	require.Equal(t, "/", body(one))
	require.Equal(t, "/", body(one.Defer("code")))
	require.Equal(t, "longer/long", body(one.Defer()))
	require.Equal(t, "longer/long", body(one.Defer().Defer("code")), "what is added to all")
	require.Equal(t, "longer/", body(one.Only("title", "body", "home")))
	require.Equal(t, "/long", body(one.Only("title", "home__body", "home__title")))
	prefetched, err := one.PrefetchRelated("home").Get(ctx)
	require.NoError(t, err)
	require.Empty(t, prefetched.Home.Body)
	n, err := r.Filter("body", "longer").Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, n, "a condition does not load it")

	got, err := one.Get(ctx)
	require.NoError(t, err)
	got.Title = "b"
	require.NoError(t, r.Save(ctx, got))
	require.Equal(t, "longer/long", body(one.Defer()), "a save leaves what was not loaded")
	got.Body = "short"
	require.NoError(t, r.Save(ctx, got))
	require.Equal(t, "short/long", body(one.Defer()))
	whole, err := one.Defer().Get(ctx)
	require.NoError(t, err)
	whole.Body = ""
	require.NoError(t, r.Defer().Save(ctx, whole))
	require.Equal(t, "/long", body(one.Defer()), "whoever loads all writes all")
}

// Every way to write holds an empty slice, map or bytes in place of nil where
// the column cannot be NULL.
func TestNilIsEmptyWhereNullCannotBe(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), openDB(t, &article{})
	r := repo.New[article](db)
	// full creates the row of o with values in every column, so that a write has to
	// replace them.
	full := func(o *article) error {
		x := *o
		x.Tags, x.Counts, x.Data, x.List, x.Raw = []string{"a"}, []int32{1}, map[string]any{"a": 1}, []string{"b"}, []byte{1}
		err := r.Create(ctx, &x)
		o.ID = x.ID
		return err
	}
	columns := []repo.Name[article]{"tags", "counts", "data", "list", "raw"}
	for name, write := range map[string]func(o *article) error{
		"Create":     func(o *article) error { return r.Create(ctx, o) },
		"BulkCreate": func(o *article) error { return r.BulkCreate(ctx, []*article{o, {Title: o.Title + "2", Stage: "new"}}) },
		"COPY":       func(o *article) error { return r.BulkCreate(ctx, []*article{o}, repo.UseCopy()) },
		"upsert": func(o *article) error {
			return errors.Join(full(o), r.OnConflict("pk").Update(columns[0], columns[1:]...).Create(ctx, o))
		},
		"Save":       func(o *article) error { return errors.Join(full(o), r.Save(ctx, o)) },
		"Save named": func(o *article) error { return errors.Join(full(o), r.Save(ctx, o, columns...)) },
		"BulkUpdate": func(o *article) error {
			err := full(o)
			_, bulk := r.BulkUpdate(ctx, []*article{o}, columns[0], columns[1:]...)
			return errors.Join(err, bulk)
		},
		"Update": func(o *article) error {
			err := full(o)
			_, update := r.Filter("id", o.ID).Update(ctx, r.Set("tags", []string(nil)), r.Set("counts", []int32(nil)), r.Set("raw", []byte(nil)),
				r.Set("data", map[string]any(nil)), r.Set("list", []string(nil)))
			return errors.Join(err, update)
		},
	} {
		o := &article{Title: name, Stage: "new", Code: "c"}
		require.NoError(t, write(o), name)
		require.Nil(t, o.Tags, "the object stays as it is")
		var tags, counts, data, list, raw string
		require.NoError(t, db.Raw(`SELECT tags::text, counts::text, data::text, list::text, raw::text FROM articles WHERE title = ?`, name).
			Row().Scan(&tags, &counts, &data, &list, &raw), name)
		require.Equal(t, []string{"{}", "{}", "{}", "[]", `\x`}, []string{tags, counts, data, list, raw}, name)
		n, err := r.Filter("title", name).Filter("tags", []string(nil)).Filter("raw", []byte(nil)).Filter("old", []string(nil)).Count(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 1, n, "a lookup finds what was written: %s", name)
	}
}
