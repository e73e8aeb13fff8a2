// Package seeded has a mistake in each line with a comment that begins with want.
package seeded

import (
	"context"
	"net/http"

	"gorm.io/gorm"

	"github.com/gormango/gormango/cmd/gormango/testdata/library"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

func Names(a *repo.Repository[library.Author], b *repo.Repository[library.Book], p *repo.Repository[library.Publisher], t *repo.Repository[library.Tag], s *repo.Repository[library.Shelf]) {
	sink(b.Filter("titel", "x"))                                                                                                    // want "Book has no field \"titel\" (did you mean \"title\"?)"
	sink(b.Filter("author__nmae__icontains", "x"))                                                                                  // want "Author has no field \"nmae\" in \"author__nmae__icontains\" (did you mean \"name\"?); choices are active, books, born, email, id, name"
	sink(b.Filter("author__name__icontain", "x"))                                                                                   // want "Book: unknown lookup \"icontain\" in \"author__name__icontain\" (did you mean \"icontains\"?)"
	sink(b.Exclude("pages__gtt", 1))                                                                                                // want "unknown lookup \"gtt\""
	sink(b.Filter("title", "x").And("pagse", 1))                                                                                    // want "\"pagse\""
	sink(b.Where(b.Q("drafts", true)))                                                                                              // want "did you mean \"draft\""
	sink(b.Where(repo.Q[library.Book]("drft", true)))                                                                               // want "\"drft\""
	sink(b.Filter("Title", "x"))                                                                                                    // want "did you mean \"title\""
	sink(b.Filter("publishedat__year", 2020))                                                                                       // want "did you mean \"published_at\""
	sink(b.Filter("published_at__yaer", 2020))                                                                                      // want "did you mean \"year\""
	sink(b.Filter("title__year", 2020))                                                                                             // want "unknown lookup \"year\""
	sink(b.Filter("pages__hour", 2))                                                                                                // want "unknown lookup \"hour\""
	sink(b.Filter("author__books__tags__slg", "x"))                                                                                 // want "Tag has no field \"slg\""
	sink(b.Filter("author__icontains", "x"))                                                                                        // want "a relation has no lookup \"icontains\""
	sink(b.Filter("nick", "x"))                                                                                                     // want "Book has no field \"nick\""
	sink(b.Filter("homecity", "x"))                                                                                                 // want "did you mean \"home_city\""
	sink(b.Filter("home__city", "x"))                                                                                               // want "Book has no field \"home\""
	sink(b.Filter("labels__lenn", 2))                                                                                               // want "did you mean \"len\""
	sink(b.Filter("labels__first", "x"))                                                                                            // want "unknown lookup \"first\""
	sink(b.Filter("seats__lower", 1))                                                                                               // want "unknown lookup \"lower\""
	sink(b.Filter("words__unaccent", "x"))                                                                                          // want "unknown lookup \"unaccent\""
	sink(b.Filter("publisher__title__x", "x"))                                                                                      // want "unknown lookup \"x\""
	sink(b.Filter("publisher__books", 1))                                                                                           // want "Publisher has no field \"books\""
	sink(p.Filter("title__tagged", 1))                                                                                              // want "unknown lookup \"tagged\""
	sink(p.Filter("titels__pages", 1))                                                                                              // want "did you mean \"titles\""
	sink(p.Filter("titles__pagse", 1))                                                                                              // want "Book has no field \"pagse\""
	sink(s.Filter("pk", 1))                                                                                                         // want "Shelf has no single primary key"
	sink(b.Filter("opens__day", 1))                                                                                                 // want "unknown lookup \"day\""
	sink(b.Filter("id__id", 1))                                                                                                     // want "unknown lookup \"id\""
	sink(b.Filter("deleted", nil))                                                                                                  // want "did you mean \"deleted_at\""
	sink(b.Filter("kinds__lenn", 2))                                                                                                // want "did you mean \"len\""
	sink(b.Filter("rooms__lower", 2))                                                                                               // want "unknown lookup \"lower\""
	sink(b.Filter("contact__year", 2))                                                                                              // want "unknown lookup \"year\""
	sink(b.Filter("contact", 2))                                                                                                    // want "takes text, not int"
	sink(b.Filter("subtitle__gt", 2))                                                                                               // want "takes text, not int"
	sink(b.OrderBy("-titel"))                                                                                                       // want "\"titel\" in \"-titel\" (did you mean \"title\"?)"
	sink(b.OrderBy("author__nme", "title"))                                                                                         // want "\"nme\""
	sink(b.OrderBy("title", "pags"))                                                                                                // want "\"pags\""
	sink(b.OrderBy("title nulls frist"))                                                                                            // want "neither \"nulls first\" nor \"nulls last\""
	sink(b.OrderBy("--title"))                                                                                                      // want "\"-title\""
	sink(b.OrderBy("title__icontains"))                                                                                             // want "\"icontains\""
	sink(b.Only("titel"))                                                                                                           // want "\"titel\""
	sink(b.Defer("authr_id"))                                                                                                       // want "\"authr_id\""
	sink(b.GroupBy("authors"))                                                                                                      // want "did you mean \"author\""
	sink(b.Columns("title", "publisher__titel"))                                                                                    // want "Publisher has no field \"titel\""
	sink(b.Distinct("titel"))                                                                                                       // want "\"titel\""
	sink(b.By("slug"))                                                                                                              // want "\"slug\""
	sink(b.By("title", "publishd_at"))                                                                                              // want "\"publishd_at\""
	sink(b.OnConflict("cod"))                                                                                                       // want "did you mean \"code\""
	sink(b.OnConflict("code").Update("titel"))                                                                                      // want "\"titel\""
	sink(b.Set("stock", 1))                                                                                                         // want "\"stock\""
	sink(b.Set("author__name", "x"))                                                                                                // want "it belongs to Author"
	sink(b.Defaults("titel"))                                                                                                       // want "\"titel\""
	sink(repo.Sub(b, "titel"))                                                                                                      // want "\"titel\""
	sink(repo.ArraySub(a, "nmae"))                                                                                                  // want "\"nmae\""
	sink(b.SelectRelated("authr"))                                                                                                  // want "\"authr\""
	sink(b.SelectRelated("author__publisher"))                                                                                      // want "Author has no field \"publisher\""
	sink(b.SelectRelated("title"))                                                                                                  // want "Book.title is not a relation"
	sink(b.SelectRelated("tags"))                                                                                                   // want "Book.tags leads to many rows"
	sink(b.SelectRelated("author__books"))                                                                                          // want "Author.books leads to many rows"
	sink(b.PrefetchRelated("tag"))                                                                                                  // want "did you mean \"tags\""
	sink(b.PrefetchRelated("author__book"))                                                                                         // want "did you mean \"books\""
	sink(b.Prefetch("tgas", t))                                                                                                     // want "\"tgas\""
	sink(a.FilteredRelation("long", "bokos", a.Q("books__pages__gt", 1)))                                                           // want "\"bokos\""
	sink(repo.Choices[library.Author](b, "autor"))                                                                                  // want "\"autor\""
	sink(repo.RelatedByName[library.Tag](b, &library.Book{}, "tagz"))                                                               // want "\"tagz\""
	sink(b.Annotate("twice", repo.F("pagse").Mul(2)))                                                                               // want "\"pagse\""
	sink(a.Annotate("pages", repo.Sum(repo.F("books__pags"))))                                                                      // want "\"pags\""
	sink(b.Set("pages", repo.F("page").Add(1)))                                                                                     // want "did you mean \"pages\""
	sink(b.OrderByExpr(repo.F("pricee").Desc()))                                                                                    // want "\"pricee\""
	sink(a.Filter("name", repo.F("emial")))                                                                                         // want "\"emial\""
	sink(a.Where(repo.Holds[library.Author](repo.Exists(b.Filter("author", repo.OuterRef("pk")).Filter("title", repo.F("tite")))))) // want "\"tite\""
	sink(a.Filter("number__gt", 1).Annotate("number", repo.Count(repo.F("books"))))                                                 // want "a later call of this chain makes it"
	sink(a.OrderBy("-amount").Alias("amount", repo.Count(repo.F("books"))))                                                         // want "a later call of this chain makes it"
	sink(b.Filter("pages", "300"))                                                                                                  // want "takes an integer, not string"
	sink(b.Filter("pages__gte", 2.5))                                                                                               // want "takes an integer, not float64"
	sink(b.Filter("title", 1))                                                                                                      // want "takes text, not int"
	sink(b.Filter("draft", "true"))                                                                                                 // want "takes a bool, not string"
	sink(b.Filter("draft", 1))                                                                                                      // want "takes a bool, not int"
	sink(b.Filter("price__lt", true))                                                                                               // want "takes a decimal or a number, not bool"
	sink(b.Filter("published_at__gt", "2020-01-01"))                                                                                // want "takes a time.Time, not string"
	sink(b.Filter("author__born", 1970))                                                                                            // want "takes a time.Time, not int"
	sink(b.Filter("code", 7))                                                                                                       // want "takes a UUID, not int"
	sink(b.Filter("lent__gt", 30))                                                                                                  // want "takes a time.Duration, not int"
	sink(b.Filter("opens", 9))                                                                                                      // want "takes a time of day, not int"
	sink(b.Filter("pages__in", 1))                                                                                                  // want "takes a slice of values, not int"
	sink(b.Filter("pages__in", []string{"1"}))                                                                                      // want "each an integer"
	sink(b.Filter("title__in", []any{"a", 2}))                                                                                      // want "each text"
	sink(b.Filter("pages__range", []int{1}))                                                                                        // want "two values"
	sink(b.Filter("pages__range", [3]int{1, 2, 3}))                                                                                 // want "two values"
	sink(b.Filter("publisher__isnull", 1))                                                                                          // want "takes true or false, not int"
	sink(b.Filter("publisher__isnull", nil))                                                                                        // want "takes true or false, not nil"
	sink(b.Filter("pages__gt", nil))                                                                                                // want "nil compares with exact or isnull"
	sink(b.Filter("author", &library.Tag{}))                                                                                        // want "an object of Author or its key"
	sink(b.Filter("author", "ann"))                                                                                                 // want "an object of Author or its key, an integer"
	sink(b.Exclude("tags", 5))                                                                                                      // want "an object of Tag or its key, text"
	sink(b.Filter("published_at__year", "2020"))                                                                                    // want "takes an integer, not string"
	sink(b.Filter("title__icontains", true))                                                                                        // want "takes text, not bool"
	sink(b.Filter("data__has_key", true))                                                                                           // want "takes a key"
	sink(b.Filter("data__has_keys", "a"))                                                                                           // want "takes a slice of keys"
	sink(b.Filter("labels__len", "2"))                                                                                              // want "takes an integer"
	sink(b.Set("title", 5))                                                                                                         // want "takes text, not int"
	sink(b.Set("author", &library.Publisher{}))                                                                                     // want "an object of Author"
}

func Statements(ctx context.Context, b *repo.Repository[library.Book], m manager) {
	b.Filter("pages__gt", 1)                  // want "the result of Filter is dropped"
	b.Filter("pages__gt", 1).OrderBy("title") // want "the result of OrderBy is dropped"
	b.Limit(10)                               // want "the result of Limit is dropped"
	b.Iter(ctx)                               // want "Iter does nothing until"
	m.Filter("pages__gt", 1)                  // want "the result of Filter is dropped"
	m.Published()                             // want "the result of Published is dropped"
	for x := range b.Iter(ctx) {              // want "the loop over Iter drops the error"
		sink(x)
	}
	for range b.Iter(ctx) { // want "the loop over Iter drops the error"
		sink()
	}
	for x, _ := range repo.ValuesIter[string](ctx, b, "title") { // want "the loop over ValuesIter drops the error"
		sink(x)
	}
}

var names = repo.NewStringField[*library.Author, string]("", "name")

func Loops(ctx context.Context, a *repo.Repository[library.Author], b *repo.Repository[library.Book]) error {
	authors, err := a.All(ctx)
	if err != nil {
		return err
	}
	for _, x := range authors {
		n, err := b.Filter("author", x).Count(ctx) // want "Count runs once for each row"
		sink(n, err)
	}
	for x, err := range b.Iter(ctx) {
		y, err2 := a.ByPK(ctx, x.AuthorID) // want "ByPK runs once for each row"
		sink(y, err, err2)
	}
	for x, err := range b.Iter(ctx) {
		key := x.AuthorID
		y, err2 := repo.Pluck(ctx, a.Filter("pk", key), names) // want "Pluck runs once for each row"
		sink(y, err, err2)
	}
	titles, err := repo.Values[string](ctx, b, "title")
	for _, x := range titles {
		if ok, err := b.Filter("title", x).Exists(ctx); ok { // want "Exists runs once for each row"
			sink(err)
		}
	}
	return err
}

func Locks(db *gorm.DB, a *repo.Repository[library.Author], r *http.Request) error {
	x, err := a.SelectForUpdate().First(context.Background()) // want "SelectForUpdate outside of a transaction: context.Background() has none"
	sink(x, err)
	ctx := r.Context()
	y, err := a.Filter("active", true).SelectForUpdate().All(ctx) // want "SelectForUpdate outside of a transaction: r.Context() has none"
	sink(y, err)
	limited, cancel := context.WithTimeout(r.Context(), 1)
	defer cancel()
	z, err := a.SelectForUpdate(repo.SkipLocked()).Get(limited) // want "SelectForUpdate outside of a transaction"
	sink(z, err)
	return err
}

func Blocks(outer context.Context, db *gorm.DB, a *repo.Repository[library.Author]) error {
	return txutil.Atomic(outer, db, func(ctx context.Context) error {
		if err := a.Create(outer, &library.Author{}); err != nil { // want "outer is the context outside of the Atomic block"
			return err
		}
		limited, cancel := context.WithTimeout(outer, 1) // want "outer is the context outside of the Atomic block"
		defer cancel()
		sink(limited)
		if err := db.WithContext(outer).Exec("SELECT 1").Error; err != nil { // want "outer is the context outside of the Atomic block"
			return err
		}
		return rename(outer, a) // want "outer is the context outside of the Atomic block"
	})
}

func rename(ctx context.Context, a *repo.Repository[library.Author]) error {
	_, err := a.AllRows().Update(ctx, a.Set("nmae", "x")) // want "did you mean"
	return err
}
