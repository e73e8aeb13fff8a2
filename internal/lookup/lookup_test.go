package lookup_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/lookup"
)

// model is the grammar's view of a model, written by hand.
type model struct {
	name   string
	fields map[string]field
	rels   map[string]*rel
	key    string
}

type field lookup.Kind

func (f field) LookupType() lookup.Type { return lookup.Type{Kind: lookup.Kind(f)} }

type rel struct {
	to   *model
	many bool
}

func (r *rel) Target() lookup.Model { return r.to }
func (r *rel) ToMany() bool         { return r.many }

func (m *model) ModelName() string { return m.name }
func (m *model) LookupField(n string) (lookup.Field, bool) {
	f, ok := m.fields[n]
	return f, ok
}
func (m *model) LookupRelation(n string) (lookup.Relation, bool) {
	r, ok := m.rels[n]
	return r, ok
}
func (m *model) LookupKey() (lookup.Field, bool) {
	f, ok := m.fields[m.key]
	return f, ok
}
func (m *model) LookupNames() []string {
	return slices.Sorted(slices.Values(append(slices.Collect(maps.Keys(m.fields)), slices.Collect(maps.Keys(m.rels))...)))
}

func book() *model {
	author := &model{name: "Author", key: "id", fields: map[string]field{"id": field(lookup.Int), "name": field(lookup.Text)}, rels: map[string]*rel{}}
	b := &model{name: "Book", key: "id", fields: map[string]field{
		"id": field(lookup.Int), "title": field(lookup.Text), "author_id": field(lookup.Int), "published_at": field(lookup.Time), "year": field(lookup.Int),
	}, rels: map[string]*rel{"author": {to: author}}}
	author.rels["books"] = &rel{to: b, many: true}
	return b
}

func TestResolve(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		path string // relations, field, transforms
		op   lookup.Op
	}{
		"title":                        {"title", lookup.Exact},
		"title__exact":                 {"title", lookup.Exact},
		"title__icontains":             {"title", lookup.IContains},
		"pk":                           {"id", lookup.Exact},
		"pk__in":                       {"id", lookup.In},
		"author":                       {"author/", lookup.Exact},
		"author__isnull":               {"author/", lookup.IsNull},
		"author__in":                   {"author/", lookup.In},
		"author__name":                 {"author/name", lookup.Exact},
		"author__pk__gt":               {"author/id", lookup.Gt},
		"author_id__lte":               {"author_id", lookup.Lte},
		"published_at__year":           {"published_at year", lookup.Exact},
		"published_at__year__gte":      {"published_at year", lookup.Gte},
		"year":                         {"year", lookup.Exact},
		"author__books__title__iexact": {"author/books/title", lookup.IExact},
	}
	for text, want := range cases {
		p, err := lookup.Resolve(book(), text)
		require.NoError(t, err, text)
		require.Equal(t, want.path, show(p), text)
		require.Equal(t, want.op, p.Op, text)
		require.Equal(t, text, p.Text)
	}
}

// show writes a path in names: the model's fields are told apart by their place in the text.
func show(p lookup.Path) string {
	parts := strings.Split(p.Text, lookup.Sep)
	s := ""
	for i := range p.Relations {
		s += parts[i] + "/"
	}
	if p.Field != nil {
		name := parts[len(p.Relations)]
		if name == "pk" {
			name = "id"
		}
		s += name
	}
	for _, tr := range p.Transforms {
		s += " " + tr.String()
	}
	return s
}

func TestResolveErrors(t *testing.T) {
	t.Parallel()
	const ops = "contains, endswith, exact, gt, gte, icontains, iendswith, iexact, in, isnull, istartswith, lt, lte, range, startswith"
	cases := map[string]string{
		"":                         `Book has no field ""; choices are author, author_id, id, published_at, title, year`,
		"athor":                    `Book has no field "athor" (did you mean "author"?); choices are author, author_id, id, published_at, title, year`,
		"athor__name__icontains":   `Book has no field "athor" in "athor__name__icontains" (did you mean "author"?); choices are author, author_id, id, published_at, title, year`,
		"author__nmae":             `Author has no field "nmae" in "author__nmae" (did you mean "name"?); choices are books, id, name`,
		"author__":                 `Author has no field "" in "author__"; choices are books, id, name`,
		"title__lenght":            `Book: unknown lookup "lenght" in "title__lenght"; choices are ` + ops,
		"title__icontain":          `Book: unknown lookup "icontain" in "title__icontain" (did you mean "icontains"?); choices are ` + ops,
		"title__year":              `Book: unknown lookup "year" in "title__year"; choices are ` + ops,
		"title__exact__gt":         `Book: unknown lookup "exact" in "title__exact__gt"; choices are ` + ops,
		"author__icontains":        `Book: a relation has no lookup "icontains" in "author__icontains"; choices are exact, gt, gte, in, isnull, lt, lte`,
		"author__year":             `Author has no field "year" in "author__year"; choices are books, id, name`,
		"published_at__yaer":       `Book: unknown lookup "yaer" in "published_at__yaer" (did you mean "year"?); choices are contains, endswith, exact, gt, gte, icontains, iendswith, iexact, in, isnull, istartswith, lt, lte, range, startswith, year`,
		"Title":                    `Book has no field "Title" (did you mean "title"?); choices are author, author_id, id, published_at, title, year`,
		"title' OR 1=1 --":         `Book has no field "title' OR 1=1 --"; choices are author, author_id, id, published_at, title, year`,
		"author__pk__name":         `Book: unknown lookup "name" in "author__pk__name"; choices are ` + ops,
		strings.Repeat("x", 10000): `Book has no field "` + strings.Repeat("x", 10000) + `"; choices are author, author_id, id, published_at, title, year`,
	}
	for text, want := range cases {
		_, err := lookup.Resolve(book(), text)
		require.EqualError(t, err, want, text)
	}
	composite := &model{name: "Link", fields: map[string]field{"a": 0, "b": 0}}
	_, err := lookup.Resolve(composite, "pk")
	require.EqualError(t, err, `Link has no single primary key for "pk"`)
}

func TestResolveName(t *testing.T) {
	t.Parallel()
	p, err := lookup.ResolveName(book(), "author__name")
	require.NoError(t, err)
	require.Equal(t, "author/name", show(p))
	_, err = lookup.ResolveName(book(), "title__icontains")
	require.EqualError(t, err, `Book has no field "icontains" in "title__icontains"; choices are author, author_id, id, published_at, title, year`)
	_, err = lookup.ResolveRelation(book(), "author__books")
	require.NoError(t, err)
	_, err = lookup.ResolveRelation(book(), "title")
	require.EqualError(t, err, `Book.title is not a relation; choices are author`)
	_, err = lookup.ResolveRelation(book(), "author__name")
	require.EqualError(t, err, `Author.name is not a relation in "author__name"; choices are books`)
}

func TestNearest(t *testing.T) {
	t.Parallel()
	choices := []string{"title", "author", "published_at"}
	for part, want := range map[string]string{"tilte": "title", "auhtor": "author", "publshed_at": "published_at", "xyz": "", "": "", "titles": "title"} {
		require.Equal(t, want, lookup.Nearest(part, choices), part)
	}
}

// Whatever the text, resolving ends with a path or an *Error, and a path spells the text.
func FuzzResolve(f *testing.F) {
	for _, s := range []string{"title", "author__name__icontains", "pk__in", "a__b__", "____", "published_at__year__year__gt"} {
		f.Add(s)
	}
	m := book()
	f.Fuzz(func(t *testing.T, text string) {
		p, err := lookup.Resolve(m, text)
		if err != nil {
			require.IsType(t, &lookup.Error{}, err)
			require.NotEmpty(t, err.Error())
			return
		}
		require.True(t, p.Field != nil || len(p.Relations) > 0)
		_, _ = lookup.ResolveName(m, text)
		_, _ = lookup.ResolveRelation(m, text)
	})
}
