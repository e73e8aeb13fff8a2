package lookup_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/lookup"
)

// model is a lookup.Model written by hand.
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

func (m *model) LookupOddNames() []string {
	odd := slices.DeleteFunc(m.LookupNames(), func(name string) bool { return !lookup.Odd(name) })
	slices.SortStableFunc(odd, func(a, b string) int { return len(b) - len(a) })
	return odd
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
	for text, want := range map[string]string{ // relations, field, rest
		"title":                        "title",
		"title__exact":                 "title exact",
		"title__icontains":             "title icontains",
		"pk":                           "id",
		"pk__in":                       "id in",
		"author":                       "author/",
		"author__isnull":               "author/ isnull",
		"author__in":                   "author/ in",
		"author__name":                 "author/name",
		"author__pk__gt":               "author/id gt",
		"author_id__lte":               "author_id lte",
		"published_at__year":           "published_at year",
		"published_at__year__gte":      "published_at year gte",
		"year":                         "year",
		"author__books__title__iexact": "author/books/title iexact",
		"title__whatever__it__is":      "title whatever it is",
	} {
		p, err := lookup.Resolve(book(), text)
		require.NoError(t, err, text)
		require.Equal(t, want, show(p), text)
		require.Equal(t, text, p.Text)
	}
}

// show formats a path. The names of the fields are cut from the text.
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
	for _, r := range p.Rest {
		s += " " + r
	}
	return s
}

func TestResolveErrors(t *testing.T) {
	t.Parallel()
	const names = "author, author_id, id, published_at, title, year"
	cases := map[string]string{
		"":                         `Book has no field ""; choices are ` + names,
		"athor":                    `Book has no field "athor" (did you mean "author"?); choices are ` + names,
		"athor__name__icontains":   `Book has no field "athor" in "athor__name__icontains" (did you mean "author"?); choices are ` + names,
		"author__nmae":             `Author has no field "nmae" in "author__nmae" (did you mean "name"?); choices are books, id, name`,
		"Title":                    `Book has no field "Title" (did you mean "title"?); choices are ` + names,
		"title' OR 1=1 --":         `Book has no field "title' OR 1=1 --"; choices are ` + names,
		strings.Repeat("x", 10000): `Book has no field "` + strings.Repeat("x", 10000) + `"; choices are ` + names,
	}
	for text, want := range cases {
		_, err := lookup.Resolve(book(), text)
		require.EqualError(t, err, want, text)
	}
	composite := &model{name: "Link", fields: map[string]field{"a": 0, "b": 0}}
	_, err := lookup.Resolve(composite, "pk")
	require.EqualError(t, err, `Link has no single primary key for "pk"`)
	_, err = lookup.Resolve(book(), "toal", "total")
	require.EqualError(t, err, `Book has no field "toal" (did you mean "total"?); choices are author, author_id, id, published_at, title, total, year`)
}

func TestUnknown(t *testing.T) {
	t.Parallel()
	p, err := lookup.Resolve(book(), "author__icontains")
	require.NoError(t, err)
	require.EqualError(t, lookup.Unknown(p, "Book", "icontains", lookup.At{}, true),
		`Book: a relation has no lookup "icontains" in "author__icontains"; choices are exact, gt, gte, in, isnull, lt, lte`)
	require.EqualError(t, lookup.Unknown(p, "Book", "year", lookup.At{}, true), `Author has no field "year" in "author__icontains"; choices are books, id, name`)
	p.Text = "title__icontain"
	require.EqualError(t, lookup.Unknown(p, "Book", "icontain", lookup.At{Type: lookup.Type{Kind: lookup.Bool}}, false),
		`Book: unknown lookup "icontain" in "title__icontain" (did you mean "icontains"?); choices are contains, endswith, exact, gt, gte, icontains, iendswith, iexact, in, iregex, isnull, istartswith, lt, lte, range, regex, startswith`)
}

// Choices names exactly the operators and transforms that resolve.
func TestChoices(t *testing.T) {
	t.Parallel()
	for k := lookup.Other; k <= lookup.Search; k++ {
		typ := lookup.Type{Kind: k, Elem: &lookup.Type{Kind: lookup.Int}}
		for _, name := range lookup.Choices(typ) {
			_, op := lookup.OpOf(name, k)
			_, _, tr := lookup.TransformOf(name, typ)
			require.True(t, op || tr, "%s of %s", name, k)
		}
	}
	require.Contains(t, lookup.Choices(lookup.Type{Kind: lookup.JSON}), "has_key")
	require.NotContains(t, lookup.Choices(lookup.Type{Kind: lookup.Text}), "has_key")
	_, typ, ok := lookup.TransformOf("0", lookup.Type{Kind: lookup.Array, Elem: &lookup.Type{Kind: lookup.Text}})
	require.True(t, ok)
	require.Equal(t, lookup.Text, typ.Kind)
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

// Resolving any text returns a path that spells the text, or an *Error.
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

// Every name of a column is found, with what follows it, whatever underscores it
// holds.
func TestOddNames(t *testing.T) {
	t.Parallel()
	parent := book()
	m := &model{name: "Odd", key: "id", fields: map[string]field{}, rels: map[string]*rel{"book": {to: parent}, "next__one": {many: true}}}
	m.rels["next__one"].to = m
	names := []string{"zip__code", "zip", "zip__", "__zip", "_", "__", "___", "a_", "_a", "a___b", "Full Name", "zip__code__year", "pk", "x-y", "a.b", `q"q`}
	for i, name := range names {
		m.fields[name] = field(i)
	}
	for _, name := range names {
		for _, before := range []string{"", "next__one__", "next__one__next__one__"} {
			p, err := lookup.ResolveName(m, before+name)
			require.NoError(t, err, before+name)
			require.Equal(t, strings.Count(before, "one"), len(p.Relations), before+name)
			require.Equal(t, m.fields[name], p.Field, before+name)
			p, err = lookup.Resolve(m, before+name+"__gt")
			require.NoError(t, err, name)
			require.Equal(t, []string{"gt"}, p.Rest, name)
		}
	}
	p, err := lookup.Resolve(m, "next__one__book__title__icontains")
	require.NoError(t, err)
	require.Len(t, p.Relations, 2)
	require.Equal(t, []string{"icontains"}, p.Rest)
	p, err = lookup.Resolve(m, "zip__city")
	require.NoError(t, err)
	require.Equal(t, []string{"city"}, p.Rest)
}

func TestNearestFolds(t *testing.T) {
	t.Parallel()
	choices := []string{"created_at", "title", "author_id"}
	for part, want := range map[string]string{
		"titel": "title", "Title": "title", "TITLE": "title", "createdAt": "created_at", "CreatedAt": "created_at", "AuthorID": "author_id", "title": "", "pages": "", "crated": "",
	} {
		require.Equal(t, want, lookup.Nearest(part, choices), part)
	}
}
