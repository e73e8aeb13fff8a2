// Package correct has no mistakes, though some lines look like it.
package correct

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"github.com/gormango/gormango/cmd/gormango/testdata/library"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

type Kind string

// Rows returns QuerySets.
func Rows(a *repo.Repository[library.Author], b *repo.Repository[library.Book], p *repo.Repository[library.Publisher], s *repo.Repository[library.Shelf], name string, value any) []any {
	author, key := &library.Author{}, int64(1)
	return []any{
		b.Filter("title", "x").And("pages__gte", 100), b.Filter("title__differs", "x"), b.Filter("title__length__gt", 3), b.Filter("title__length__differs", 3),
		b.Filter("short_name__istartswith", "x"), b.Filter("home_city", "x"), b.Filter("deleted_at", nil), b.Filter("pages", &key), b.Filter("pages", uint8(3)),
		b.Filter("data__a__b__0__gt", 3), b.Filter("data", map[string]any{"a": 1}), b.Filter("data__has_key", "a"), b.Filter("data__has_keys", []string{"a"}),
		b.Filter("labels__contains", []string{"a"}), b.Filter("labels__0", "a"), b.Filter("labels__0_2", []string{"a"}), b.Filter("labels__len__in", []int{1}),
		b.Filter("attrs__color", "red"), b.Filter("attrs__keys__contains", []string{"color"}), b.Filter("seats__startswith__gt", 3), b.Filter("seats__contains", 5),
		b.Filter("seats__isempty", true), b.Filter("words__search", "x"), b.Filter("extra", map[string]any{"a": 1}), b.Filter("price", "2.50"), b.Filter("price__lt", 3),
		b.Filter("opens", "09:00"), b.Filter("opens__hour", 9), b.Filter("lent__gt", time.Hour), b.Filter("code", uuid.New()), b.Filter("code", uuid.NewString()),
		b.Filter("published_at__date", time.Now()), b.Filter("published_at__year__in", []int{2020}), b.Filter("published_at__range", [2]time.Time{}),
		b.Filter("author", author), b.Filter("author", *author), b.Filter("author", 3), b.Filter("author_id", author), b.Filter("author__in", []*library.Author{author}),
		b.Filter("author__in", a), b.Filter("author__in", a.Filter("active", true)), b.Filter("author__isnull", false), b.Filter("author", nil), b.Filter("tags", "go"), b.Filter("tags__in", []string{"go"}),
		b.Filter("title", repo.F("author__name")), b.Filter("title", Kind("x")), b.Filter("title__iexact", 3), b.Filter("pages", value), b.Filter("pages__in", value), b.Filter("pages__in", []any{1, value, repo.F("id")}),
		b.Filter(repo.Lookup[library.Book](name), 1), b.OrderBy(repo.Ordering[library.Book](name)), b.OrderBy("?"), b.OrderBy("-title nulls last", "author", "published_at__year", "pk"),
		p.Filter("titles__pages__gt", 3), p.Filter("titles__author__name", "x"), p.Filter("titles", &library.Book{}), p.PrefetchRelated("titles__tags"),
		a.Annotate("n", repo.Count(repo.F("books"))).Filter("n__gte", 3).OrderBy("-n"), library.Counted(a).Filter("written__gt", 3).OrderBy("written"), ofLater(a),
		a.FilteredRelation("long", "books", a.Q("books__pages__gt", 3)).Filter("long__title", "x").Annotate("m", repo.Count(repo.F("long"))),
		a.Prefetch("books", b, repo.ToField("Recent")).PrefetchRelated("Recent__tags"), s.OnConflict("pk").Ignore(), s.Filter("room", 1).By("room__exact"),
		b.Filter("kinds__contains", []string{"a"}), b.Filter("kinds__len", 2), b.Filter("rooms__startswith__gt", 3), b.Filter("rooms__contains", 3), b.Filter("contact__icontains", "x"),
		b.Filter("subtitle", "x"), b.Filter("subtitle", models.Null[string]{}), b.Filter("subtitle__istartswith", "x"), b.Filter("facts__a__b", 3), b.SelectRelated("author", "publisher"),
		b.Set("title", "x"), b.Set("author", author), b.Set("author_id", nil), b.Set("pages", repo.F("pages").Add(1)), b.Set("publisher", nil),
		a.Where(repo.Holds[library.Author](repo.Exists(b.Filter("author", repo.OuterRef("pk"))))), a.Annotate("first", repo.Sub(b.Filter("author", repo.OuterRef("pk")).Limit(1), "title")),
	}
}

func ofLater(rows *repo.QuerySet[library.Author]) *repo.QuerySet[library.Author] {
	return rows.OrderBy("-n")
}

// Compared compares names, which are not names of the model here.
func Compared(o repo.Ordering[library.Book], n repo.Name[library.Book]) bool {
	var none repo.Name[library.Book] = ""
	switch n {
	case "other", none:
		return true
	}
	return o == "-" || "-"+o == "nothing"
}

// Run runs queries.
func Run(ctx context.Context, db *gorm.DB, a *repo.Repository[library.Author], b *repo.Repository[library.Book]) error {
	for x, err := range b.Iter(ctx) {
		if err != nil {
			return err
		}
		if x.Pages > 3 {
			other, err := a.ByPK(ctx, x.AuthorID) // once
			fmt.Println(other)
			return err
		}
		x.Pages++
		if err := b.Save(ctx, x, "pages"); err != nil {
			return err
		}
	}
	for range 3 {
		if _, err := b.Filter("title", "x").Count(ctx); err != nil {
			return err
		}
	}
	if _, err := a.SelectForUpdate().All(ctx); err != nil { // ctx may have a transaction
		return err
	}
	outer := ctx
	return txutil.Atomic(outer, db, func(ctx context.Context) error {
		slog.InfoContext(outer, "begin")
		if _, err := a.SelectForUpdate().All(ctx); err != nil {
			return err
		}
		if err := b.Create(txutil.Without(outer), &library.Book{}); err != nil {
			return err
		}
		return txutil.OnCommit(ctx, db, func(context.Context) error {
			_, err := b.Count(outer)
			return err
		})
	})
}
