// Package repo reads and writes the rows of models as Django's managers and
// querysets do, over a *gorm.DB of gormango.Open or of plain GORM.
//
//	books := repo.New[Book](db)
//	list, err := books.Filter("author__name__icontains", "ann").OrderBy("-pages").Limit(10).All(ctx)
//
// A [Repository] holds every row of its model, a [QuerySet] those that a chain
// of calls has narrowed. Both are one type, [QuerySetOf], which has all the
// methods. Each call of a chain returns another QuerySet; nothing is sent
// before a terminal method, one that takes a context. Every terminal runs in
// the transaction of its context (txutil.Atomic), and alone otherwise.
//
// # Reading
//
// All, Get, First, Last, Earliest, Latest, Count, Exists, Contains and Iter are
// methods. What reads into other types is a function: [Values] and [Pluck] read
// columns, [Into] objects with their annotations, [Aggregate] and [Scalar]
// computed values, [InBulk] a map by key, [Paginate] and [PaginateAfter] pages,
// [Dates] and [Datetimes] times, [SelectRaw] a statement of the application.
// SelectRelated loads related objects by joins, PrefetchRelated and Prefetch by
// a statement each, [Load] for objects in memory.
//
// # Writing
//
// Create, Save, Refresh and Delete take objects: they run the model's Clean,
// GORM's hooks and the receivers of [PreSave], [PostSave], [PreDelete] and
// [PostDelete]. BulkCreate, BulkCreateSeq and BulkUpdate write many, OnConflict
// upserts, By finds or creates. Update and Delete of a QuerySet change its rows
// in one statement; [UpdateReturning], [DeleteReturning] and [InsertFrom] read
// or copy rows meanwhile.
//
// # Relations
//
// A lookup crosses relations of every kind: "author__name",
// "books__tags__name". [Related] and [RelatedByName] return the rows of one
// object, with the verbs Add, Remove, Clear, Replace and Create.
//
// # Expressions
//
// [F] is a column, [Value] a value, [OuterRef] a column of the query around;
// they take arithmetic, Count, Sum and their kin, Case, windows and subqueries,
// and package fn has the functions of the database. Annotate computes a value
// for each row. [Q] and the fields that gormango gen writes ([Field], [Path])
// make conditions for Where.
//
// # Errors
//
// The first mistake of a chain is kept and returned by the terminal, and by
// Err: a [*FieldError] for a name, a [*LookupValueError] for a value, with the
// model, the choices and the line of the call. Nothing panics. errors.Is finds
// [ErrDoesNotExist], [ErrMultipleObjectsReturned], [ErrStaleObject] and the
// other sentinels, errors.As a *gormango.IntegrityError where a constraint
// refused.
//
// A lookup is a string tied to its model by its type, so that an untyped
// constant fits and a text from a request does not; see [Lookup] and [Params].
package repo
