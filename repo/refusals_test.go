package repo_test

import (
	"context"
	"errors"
	"math"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/blog"
	"github.com/gormango/gormango/repo"
)

// refusal is the expected error of a chain.
type refusal struct {
	err  error
	is   error  // a sentinel
	part string // of a *FieldError, "-" for any
	want string // of a *LookupValueError
	text string
}

// Every refusal is an error of the call: typed, with what is wrong, what could
// stand there, and the line of the call.
func TestRefusals(t *testing.T) {
	t.Parallel()
	db := openDB(t, blog.Models()...)
	ctx := context.Background()
	p, w, c := repo.New[Post](db), repo.New[Writer](db), repo.New[Comment](db)
	q := p.Q
	got := func(_ any, err error) error { return err }
	union := p.Union(p.Filter("likes", 1))
	cols := p.Columns("title")
	sliced := p.OrderBy("id").Limit(3)
	for name, r := range map[string]refusal{
		// names
		"unknown name":            {err: p.Filter("titel", "x").Err(), part: "titel", text: `Post has no field "titel" (did you mean "title"?); choices are comments, draft, editor, editor_id, id, labels, likes, published_at, title, words, writer, writer_id`},
		"unknown name far away":   {err: p.Filter("writer__nam__contains", "x").Err(), part: "nam", text: `Writer has no field "nam" in "writer__nam__contains" (did you mean "name"?)`},
		"empty name":              {err: p.Filter("", "x").Err(), text: "a lookup is empty"},
		"empty name, Q":           {err: p.Where(q("", nil)).Err(), text: "a lookup is empty"},
		"unknown lookup":          {err: p.Filter("title__like", "x").Err(), part: "like", text: `Post: unknown lookup "like" in "title__like"; choices are`},
		"a lookup it lacks":       {err: p.Filter("words__year", 1).Err(), part: "year", text: `unknown lookup "year" in "words__year"`},
		"a relation's lookup":     {err: p.Filter("writer__icontains", "x").Err(), part: "icontains", text: `a relation has no lookup "icontains" in "writer__icontains"; choices are exact, gt, gte, in, isnull, lt, lte`},
		"behind an operator":      {err: p.Filter("title__contains__year", "x").Err(), part: "-", text: `contains`},
		"order":                   {err: p.OrderBy("-titel").Err(), part: "titel", text: `Post has no field "titel"`},
		"order, nulls":            {err: p.OrderBy("title nulls middle").Err(), part: "-", text: `"nulls middle" is neither`},
		"order by an operator":    {err: p.OrderBy("title__contains").Err(), part: "-", text: `contains`},
		"expression":              {err: p.Annotate("x", repo.F("titel")).Err(), part: "titel", text: `Post has no field "titel"`},
		"expression, value":       {err: p.Filter("words__gt", repo.F("titel")).Err(), part: "titel", text: `Post has no field "titel"`},
		"distinct":                {err: p.Distinct("titel").Err(), part: "titel", text: `Post has no field "titel"`},
		"only":                    {err: p.Only("titel").Err(), part: "titel", text: `Post has no field "titel"`},
		"columns":                 {err: p.Columns("titel").Err(), part: "titel", text: `Post has no field "titel"`},
		"group":                   {err: p.GroupBy("titel").Err(), part: "titel", text: `Post has no field "titel"`},
		"columns of an alias":     {err: p.Alias("x", repo.F("likes")).Columns("x").Err(), text: `Post.x is an alias`},
		"select related":          {err: p.SelectRelated("title").Err(), part: "title", text: `Post.title is not a relation; choices are comments, editor, labels, writer`},
		"select related, unknown": {err: p.SelectRelated("author").Err(), part: "author", text: `Post has no field "author"`},
		"select related to-many":  {err: p.SelectRelated("comments").Err(), part: "-", text: `Post.comments leads to many rows (use PrefetchRelated)`},
		"prefetch":                {err: p.PrefetchRelated("writer__name").Err(), part: "name", text: `Writer.name is not a relation`},
		"prefetch of another":     {err: p.Prefetch("comments", w).Err(), part: "-", text: `comments leads to Comment, and the QuerySet is of Writer`},
		"prefetch of columns":     {err: p.Prefetch("comments", c.Columns("name")).Err(), is: repo.ErrGrouped},
		"prefetch of a set":       {err: p.Prefetch("comments", c.Union(c)).Err(), is: repo.ErrCombined},
		"prefetch of a mistake":   {err: p.Prefetch("comments", c.Filter("nam", 1)).Err(), part: "nam", text: `Comment has no field "nam"`},
		"prefetch of nothing":     {err: p.Prefetch("comments", nil).Err(), text: "an operand is nil"},
		"prefetch to no field":    {err: got(all1(ctx, p.Prefetch("comments", c, repo.ToField("Nowhere")))), text: "Nowhere"},
		"filtered relation":       {err: p.FilteredRelation("good", "title", q("title", "x")).Err(), part: "title", text: "is not a relation"},
		"filtered relation, name": {err: p.FilteredRelation("title", "comments", q("comments__stars", 5)).Err(), text: `"title" cannot be the name`},
		"filtered relation, none": {err: p.FilteredRelation("good", "comments", repo.Cond[Post]{}).Err(), text: "needs a condition"},

		// values
		"wrong type":              {err: p.Filter("likes", "many").Err(), want: "an integer", text: `Post.likes takes an integer, not string`},
		"wrong type, far away":    {err: p.Filter("writer__name", 3).Err(), want: "text", text: `Writer.name: lookup "writer__name" takes text, not int`},
		"wrong type, float":       {err: p.Filter("likes", 1.5).Err(), want: "an integer"},
		"wrong type, bool":        {err: p.Filter("draft", 1).Err(), want: "a bool"},
		"wrong type, time":        {err: p.Filter("published_at", "now").Err(), want: "a time.Time"},
		"wrong type in a list":    {err: p.Filter("likes__in", []any{1, "x"}).Err(), want: "a slice of values, each an integer"},
		"in of one":               {err: p.Filter("likes__in", 3).Err(), want: "a slice of values, each an integer"},
		"range of one":            {err: p.Filter("likes__range", []int{3}).Err(), want: "two values: a slice or an array of length 2"},
		"isnull":                  {err: p.Filter("editor__isnull", 1).Err(), want: "true or false", text: `takes true or false, not int`},
		"isnull of nil":           {err: p.Filter("title__isnull", nil).Err(), want: "true or false"},
		"gt nil":                  {err: p.Filter("likes__gt", nil).Err(), want: "an integer (nil compares with exact or isnull)"},
		"contains nil":            {err: p.Filter("title__contains", nil).Err(), want: "text (nil compares with exact or isnull)"},
		"a func":                  {err: p.Filter("likes", func() {}).Err(), want: "an integer"},
		"a chan":                  {err: p.Filter("title__contains", make(chan int)).Err(), want: "text"},
		"another model's object":  {err: p.Filter("writer", &Label{AutoKey: key(3)}).Err(), want: "an object of Writer or its key, an integer"},
		"an unsaved object":       {err: p.Filter("writer", &Writer{}).Err(), want: "an object of Writer or its key, an integer"},
		"an unsaved object, in":   {err: p.Filter("writer__in", []*Writer{{}}).Err(), want: "a slice of values, each an object of Writer or its key, an integer"},
		"in of two columns":       {err: p.Filter("id__in", c.Columns("id", "post_id")).Err(), want: "a QuerySet of one column, not of 2"},
		"in of another model":     {err: p.Filter("writer__in", c).Err(), want: "a QuerySet of Writer"},
		"exact with many rows":    {err: p.Filter("writer", w).Err(), want: "a QuerySet of one row (cut it with Limit(1))"},
		"exact with two rows":     {err: p.Filter("writer", w.Limit(2)).Err(), want: "a QuerySet of one row (cut it with Limit(1))"},
		"in with an expression":   {err: p.Filter("likes__in", repo.F("words")).Err(), want: "a slice of values or a QuerySet"},
		"a QuerySet of a mistake": {err: p.Filter("writer__in", w.Filter("nam", 1)).Err(), part: "nam", text: `Writer has no field "nam"`},
		"a QuerySet of nothing":   {err: p.Filter("writer__in", &repo.QuerySet[Writer]{}).Err(), is: repo.ErrUnbound},
		"no condition":            {err: p.Where(repo.Holds[Post](repo.F("likes"))).Err(), text: "neither true nor false"},
		"a nil condition":         {err: p.Where(repo.Holds[Post](nil)).Err(), text: "an operand is nil"},
		"a nil operand":           {err: p.Where(F.Post.Likes.EqExpr(nil)).Err(), text: "an operand is nil"},
		"a nil annotation":        {err: p.Annotate("x", nil).Err(), text: "an operand is nil"},
		"an empty expression":     {err: p.Annotate("x", repo.Expr{}).Err(), text: "an empty expression"},
		"an empty term":           {err: p.OrderByExpr(repo.Term{}).Err(), text: "an empty expression"},
		"text and number":         {err: p.Annotate("x", repo.F("title").Mul(2)).Err(), text: "the type of text * integer is not known"},
		"outer without outer":     {err: got(all1(ctx, p.Filter("writer", repo.OuterRef("pk")))), text: "OuterRef"},

		// annotations
		"annotation of a field's name": {err: p.Annotate("title", repo.F("likes")).Err(), part: "-", text: `Post: "title" cannot be the name of an annotation, since a field has it`},
		"annotation of a relation's":   {err: p.Annotate("writer", repo.F("likes")).Err(), part: "-", text: `Post: "writer" cannot be the name of an annotation, since a field has it`},
		"annotation, quote":            {err: p.Annotate(`x"y`, repo.F("likes")).Err(), text: "cannot be the name of an annotation"},
		"annotation, comment":          {err: p.Alias("x--", repo.F("likes")).Err(), text: "cannot be the name of an annotation"},
		"annotation, semicolon":        {err: p.Annotate("x;y", repo.F("likes")).Err(), text: "cannot be the name of an annotation"},
		"annotation, dollar":           {err: p.Annotate("x$1", repo.F("likes")).Err(), text: "cannot be the name of an annotation"},
		"annotation, empty":            {err: p.Annotate("", repo.F("likes")).Err(), text: "cannot be the name of an annotation"},
		"aggregate of an aggregate":    {err: p.Annotate("n", repo.Count(repo.F("comments"))).Annotate("m", repo.Max(repo.F("n"))).Err(), text: `"n" is an aggregate`},
		"aggregate, name":              {err: got(repo.Aggregate[map[string]any](ctx, p, repo.CountAll().As("a b"))), text: "cannot be the name of an aggregate"},
		"aggregate, none":              {err: got(repo.Aggregate[map[string]any](ctx, p, repo.F("likes").As("n"))), text: "no aggregate expression"},
		"aggregate, nothing":           {err: got(repo.Aggregate[map[string]any](ctx, p)), text: "no expression was passed"},
		"aggregate of an empty one":    {err: got(repo.Aggregate[map[string]any](ctx, p, repo.Aliased{})), text: "cannot be the name of an aggregate"},

		// after a slice
		"filter after a slice":     {err: sliced.Filter("likes", 1).Err(), is: repo.ErrSliced, text: "Post cannot be filtered any more"},
		"exclude after a slice":    {err: sliced.Exclude("likes", 1).Err(), is: repo.ErrSliced},
		"where after a slice":      {err: sliced.Where(q("likes", 1)).Err(), is: repo.ErrSliced},
		"order after a slice":      {err: sliced.OrderBy("id").Err(), is: repo.ErrSliced, text: "Post cannot be ordered any more"},
		"order expr after a slice": {err: sliced.OrderByExpr(repo.F("id").Asc()).Err(), is: repo.ErrSliced},
		"reverse after a slice":    {err: sliced.Reverse().Err(), is: repo.ErrSliced, text: "Post cannot be reversed any more"},
		"distinct after a slice":   {err: sliced.Distinct().Err(), is: repo.ErrSliced, text: "Post cannot be made distinct any more"},
		"and after a slice":        {err: sliced.CombineAnd(p).Err(), is: repo.ErrSliced},
		"last of a slice":          {err: got(sliced.Last(ctx)), is: repo.ErrSliced},
		"latest of a slice":        {err: got(sliced.Latest(ctx, "id")), is: repo.ErrSliced},
		"first of a slice":         {err: got(p.Limit(3).First(ctx)), is: repo.ErrSliced},
		"in bulk of a slice":       {err: got(repo.InBulk(ctx, sliced, []int64{1})), is: repo.ErrSliced},
		"negative limit":           {err: p.Limit(-1).Err(), want: "0 or more", text: "Post: Limit takes 0 or more, not -1"},
		"negative offset":          {err: p.Offset(-1).Err(), want: "0 or more", text: "Post: Offset takes 0 or more, not -1"},
		"negative slice":           {err: p.Slice(-2, 3).Err(), want: "a start of 0 or more and a stop of 0 or more, or repo.End", text: "Post: Slice takes"},
		"negative end":             {err: p.Slice(0, -2).Err(), want: "a start of 0 or more and a stop of 0 or more, or repo.End", text: "Post: Slice takes"},

		// after a set operation
		"filter after a set":     {err: union.Filter("likes", 1).Err(), is: repo.ErrCombined, text: "Filter of Post is not possible after Union"},
		"exclude after a set":    {err: p.Difference(p).Exclude("likes", 1).Err(), is: repo.ErrCombined, text: "after Difference"},
		"where after a set":      {err: union.Where(q("likes", 1)).Err(), is: repo.ErrCombined},
		"annotate after a set":   {err: union.Annotate("x", repo.F("likes")).Err(), is: repo.ErrCombined},
		"alias after a set":      {err: union.Alias("x", repo.F("likes")).Err(), is: repo.ErrCombined},
		"distinct after a set":   {err: union.Distinct().Err(), is: repo.ErrCombined},
		"only after a set":       {err: union.Only("id").Err(), is: repo.ErrCombined},
		"defer after a set":      {err: union.Defer("title").Err(), is: repo.ErrCombined},
		"select after a set":     {err: union.SelectRelated("writer").Err(), is: repo.ErrCombined},
		"prefetch after a set":   {err: union.PrefetchRelated("comments").Err(), is: repo.ErrCombined},
		"prefetch 2 after a set": {err: union.Prefetch("comments", c).Err(), is: repo.ErrCombined},
		"contains after a set":   {err: got(union.Contains(ctx, &Post{AutoKey: key(1)})), is: repo.ErrCombined},
		"in bulk after a set":    {err: got(repo.InBulk(ctx, union, []int64{1})), is: repo.ErrCombined},
		"update after a set":     {err: got(union.Update(ctx, p.Set("likes", 1))), is: repo.ErrCombined},
		"delete after a set":     {err: got(union.Delete(ctx)), is: repo.ErrCombined},
		"relation after a set":   {err: union.FilteredRelation("x", "comments", q("comments__stars", 1)).Err(), is: repo.ErrCombined},
		"and of a set":           {err: union.CombineAnd(p).Err(), is: repo.ErrMismatch},
		"or with a set":          {err: p.CombineOr(union).Err(), is: repo.ErrMismatch},
		"union of nothing":       {err: p.Union(nil).Err(), is: repo.ErrUnbound},
		"union of unbound":       {err: p.Union(&repo.QuerySet[Post]{}).Err(), is: repo.ErrUnbound},
		"union of a mistake":     {err: p.Union(p.Filter("titel", 1)).Err(), part: "titel"},
		"or of nothing":          {err: p.CombineOr(nil).Err(), is: repo.ErrUnbound},
		"or of two names":        {err: p.Distinct("likes").CombineOr(p.Distinct("words")).Err(), is: repo.ErrMismatch, text: "and by the same names"},
		"or of two columns":      {err: cols.CombineOr(p.Columns("words")).Err(), is: repo.ErrMismatch, text: "hold the same columns"},
		"or of two kinds":        {err: p.Distinct().CombineOr(p).Err(), is: repo.ErrMismatch, text: "both distinct, or neither"},

		// columns
		"only after columns":   {err: cols.Only("title").Err(), is: repo.ErrGrouped, text: "Only of Post needs objects"},
		"defer after columns":  {err: cols.Defer("title").Err(), is: repo.ErrGrouped},
		"select after columns": {err: cols.SelectRelated("writer").Err(), is: repo.ErrGrouped},
		"all of columns":       {err: got(cols.All(ctx)), is: repo.ErrGrouped, text: "read them with Values"},
		"get of columns":       {err: got(cols.Get(ctx)), is: repo.ErrGrouped},
		"first of columns":     {err: got(cols.First(ctx)), is: repo.ErrGrouped},
		"into of columns":      {err: got(repo.Into[repo.Row[Post]](ctx, cols)), is: repo.ErrGrouped},
		"in bulk of columns":   {err: got(repo.InBulk(ctx, cols, []int64{1})), is: repo.ErrGrouped},
		"contains of columns":  {err: got(cols.Contains(ctx, &Post{AutoKey: key(1)})), is: repo.ErrGrouped},
		"a field too many":     {err: got(repo.Values[struct{ Title, Text string }](ctx, p, "title")), text: "Text"},
		"a column too many":    {err: got(repo.Values[struct{ Title string }](ctx, p, "title", "likes")), text: "likes"},
		"two columns as one":   {err: got(repo.Values[string](ctx, p, "title", "likes")), text: "string"},

		// terminals
		"in bulk, not unique":    {err: got(repo.InBulkBy(ctx, p, "title", []string{"x"})), part: "-", text: "Post.title is not unique"},
		"in bulk, unknown":       {err: got(repo.InBulkBy(ctx, p, "titel", []string{"x"})), part: "titel"},
		"latest of nothing":      {err: got(p.Latest(ctx)), text: "Latest names the fields to order by"},
		"latest, unknown":        {err: got(p.Latest(ctx, "publishd_at")), part: "publishd_at"},
		"contains unsaved":       {err: got(p.Contains(ctx, &Post{})), is: repo.ErrNoKey},
		"contains no object":     {err: got(p.Contains(ctx, nil)), want: "a saved object"},
		"explain":                {err: got(p.Explain(ctx, "analyse")), text: `Explain has no option "analyse"; choices are analyze,`},
		"explain, injection":     {err: got(p.Explain(ctx, "analyze) DELETE FROM posts; --")), text: "Explain has no option"},
		"explain, format":        {err: got(p.Explain(ctx, "format html")), text: "the option format takes one of text, xml, json, yaml"},
		"dates, kind":            {err: got(repo.Dates(ctx, p, "published_at", "hour")), want: "a kind of year, month, week, day", text: `Dates takes a kind of year, month, week, day, not "hour"`},
		"dates, field":           {err: got(repo.Dates(ctx, p, "title", "year")), part: "-", text: "a date or a time"},
		"distinct on, aggregate": {err: got(repo.Aggregate[map[string]any](ctx, p.Distinct("writer_id"), repo.CountAll().As("n"))), is: repo.ErrMismatch, text: "Distinct"},
		"distinct on, annotate":  {err: got(all1(ctx, p.Annotate("n", repo.Count(repo.F("comments"))).Distinct("writer_id"))), is: repo.ErrMismatch, text: "Distinct"},
		"And alone":              {err: p.And("likes", 1).Err(), part: "-", text: "only Filter and Exclude can be followed by And"},
		"And later":              {err: p.Filter("likes", 1).OrderBy("id").And("likes", 1).Err(), part: "-", text: "only Filter and Exclude can be followed by And"},
		"no deleted rows":        {err: p.WithDeleted().Err(), text: "gorm.DeletedAt"},
	} {
		if !assert.Error(t, r.err, name) {
			continue
		}
		assert.Contains(t, r.err.Error(), r.text, name)
		assert.Regexp(t, regexp.MustCompile(`^(repo|gormango): `), r.err.Error(), name)
		if r.is == repo.ErrUnbound && r.err == repo.ErrUnbound {
			continue
		}
		assert.Contains(t, r.err.Error(), "[repo/refusals_test.go:", name)
		var fe *repo.FieldError
		var ve *repo.LookupValueError
		switch isField, isValue := errors.As(r.err, &fe), errors.As(r.err, &ve); {
		case r.is != nil:
			assert.ErrorIs(t, r.err, r.is, name)
		case r.part != "":
			if assert.True(t, isField, "%s: %T", name, r.err) && r.part != "-" {
				assert.Equal(t, r.part, fe.Part, name)
				assert.NotEmpty(t, fe.Choices, name)
				assert.NotEmpty(t, fe.Model, name)
			}
		case r.want != "":
			if assert.True(t, isValue, "%s: %T", name, r.err) {
				assert.Equal(t, r.want, ve.Want, name)
				assert.NotEmpty(t, ve.Model, name)
				assert.NotEmpty(t, ve.Lookup, name)
			}
		default:
			assert.True(t, isField || isValue, "%s: %T has no public type", name, r.err)
		}
	}
}

// all1 runs a QuerySet, for the mistakes that only the statement shows.
func all1(ctx context.Context, qs *repo.QuerySet[Post]) (any, error) { return qs.All(ctx) }

// A QuerySet of nothing and one of another database are refused, and nothing panics.
func TestUnboundAndForeignQuerySets(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	one, two := openDB(t, blog.Models()...), openDB(t, blog.Models()...)
	posts, others := repo.New[Post](one), repo.New[Post](two)
	require.ErrorContains(t, posts.Union(others).Err(), "Union takes QuerySets of one database")
	require.ErrorContains(t, posts.CombineOr(others).Err(), "CombineOr takes QuerySets of one database")
	require.ErrorContains(t, posts.Filter("writer__in", repo.New[Writer](two)).Err(), "another database")
	require.ErrorContains(t, posts.Filter("id__in", others).Err(), "another database")
	require.ErrorContains(t, posts.Where(repo.Holds[Post](repo.Exists(others))).Err(), "another database")
	require.ErrorContains(t, posts.Annotate("x", repo.Sub(others.Limit(1), "title")).Err(), "another database")
	require.ErrorContains(t, posts.Prefetch("comments", repo.New[Comment](two)).Err(), "another database")

	var zero *repo.QuerySet[Post]
	refined := zero.Filter("title", 1).Where(repo.Cond[Post]{}).OrderBy("x").Limit(-1).Slice(-1, -9).Union(zero).CombineAnd(nil).Distinct("x").
		Annotate("x", nil).Only("x").SelectRelated("x").PrefetchRelated("x").Prefetch("x", nil).Columns("x").GroupBy("x").None().Reverse().Scopes(nil)
	for _, qs := range []*repo.QuerySet[Post]{zero, refined, repo.New[Post](nil)} {
		require.Equal(t, repo.ErrUnbound, qs.Err())
		_, err := qs.All(ctx)
		require.Equal(t, repo.ErrUnbound, err)
		_, err = qs.Count(ctx)
		require.Equal(t, repo.ErrUnbound, err)
		_, err = qs.Contains(ctx, nil)
		require.Equal(t, repo.ErrUnbound, err)
		_, err = qs.Explain(ctx, "x")
		require.Equal(t, repo.ErrUnbound, err)
		_, _, err = qs.SQL()
		require.Equal(t, repo.ErrUnbound, err)
		_, err = repo.Values[string](ctx, qs, "title")
		require.Equal(t, repo.ErrUnbound, err)
		_, err = repo.InBulk(ctx, qs, []int64{1})
		require.Equal(t, repo.ErrUnbound, err)
		_, err = repo.Scalar[int](ctx, qs, nil)
		require.Equal(t, repo.ErrUnbound, err)
		for _, err := range qs.Iter(ctx) {
			require.Equal(t, repo.ErrUnbound, err)
		}
		require.Nil(t, qs.Deferred())
	}
	_, err := repo.Values[string, Post](ctx, nil, "title")
	require.Equal(t, repo.ErrUnbound, err)
	_, err = repo.Scalar[int](ctx, posts, nil)
	require.ErrorContains(t, err, "an operand is nil")
}

// The greatest numbers do not turn a slice round.
func TestSlicesDoNotOverflow(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := openDB(t, blog.Models()...)
	require.NoError(t, blog.Fill(ctx, db))
	posts := repo.New[Post](db).OrderBy("id")
	for name, c := range map[string]struct {
		qs   *repo.QuerySet[Post]
		want int
	}{
		"offset, limit": {posts.Offset(2).Limit(math.MaxInt), 3},
		"limit, offset": {posts.Limit(math.MaxInt).Offset(2), 3},
		"slice":         {posts.Slice(2, repo.End).Slice(1, math.MaxInt), 2},
		"slices":        {posts.Slice(2, repo.End).Slice(math.MaxInt, repo.End), 0},
	} {
		got, err := c.qs.All(ctx)
		require.NoError(t, err, name)
		require.Len(t, got, c.want, name)
	}
}
