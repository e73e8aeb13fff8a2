package rowcodec

import (
	"fmt"
	"reflect"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm/schema"
)

type label struct {
	ID   int64
	Name string
}

type album struct {
	ID      int64
	Title   *string
	LabelID *int64
	Label   *label
}

func albumShape(t testing.TB) *Shape {
	t.Helper()
	var cache sync.Map
	s, err := schema.Parse(new(album), &cache, schema.NamingStrategy{})
	require.NoError(t, err)
	l, err := schema.Parse(new(label), &cache, schema.NamingStrategy{})
	require.NoError(t, err)
	return &Shape{Objects: []Object{
		{Type: reflect.TypeFor[album](), Fields: []*schema.Field{s.LookUpField("id"), s.LookUpField("title")}, Parent: -1},
		{
			Type: reflect.TypeFor[label](), Fields: []*schema.Field{l.LookUpField("id"), l.LookUpField("name")}, Key: []int{0},
			Parent: 0, Link: s.FieldsByName["Label"],
		},
	}}
}

func descriptions(oids ...uint32) []pgconn.FieldDescription {
	fds := make([]pgconn.FieldDescription, len(oids))
	for i, oid := range oids {
		fds[i] = pgconn.FieldDescription{Name: fmt.Sprint("c", i), DataTypeOID: oid, Format: standardTypes.FormatCodeForOID(oid)}
	}
	return fds
}

func TestShapeErrors(t *testing.T) {
	t.Parallel()
	fds := descriptions(pgtype.Int8OID, pgtype.TextOID, pgtype.Int8OID, pgtype.TextOID)
	_, err := NewPlan(albumShape(t), fds, pgtype.NewMap())
	require.NoError(t, err)

	for want, change := range map[string]func(s *Shape){
		"no objects":          func(s *Shape) { s.Objects = nil },
		"not a struct":        func(s *Shape) { s.Objects[0].Type = reflect.TypeFor[int]() },
		`field "ID"`:          func(s *Shape) { s.Objects[0].Fields[0] = s.Objects[1].Fields[0] },
		"has parent 1":        func(s *Shape) { s.Objects[1].Parent = 1 },
		"has no link":         func(s *Shape) { s.Objects[1].Link = nil },
		"cannot hold":         func(s *Shape) { s.Objects[1].Link = s.Objects[0].Fields[0] },
		"has no key":          func(s *Shape) { s.Objects[1].Key = nil },
		"key index 2":         func(s *Shape) { s.Objects[1].Key = []int{2} },
		"the result has 4":    func(s *Shape) { s.Objects = s.Objects[:1] },
		"belongs to rowcodec": func(s *Shape) { s.Objects[0].Type = reflect.TypeFor[label]() },
	} {
		s := albumShape(t)
		change(s)
		_, err := NewPlan(s, fds, pgtype.NewMap())
		require.ErrorIs(t, err, ErrShape)
		require.ErrorContains(t, err, want)
	}
}

// A shape builds one program for a list of types, shares it between connections
// and builds another for a connection with other codecs.
func TestShapePrograms(t *testing.T) {
	t.Parallel()
	s := albumShape(t)
	fds := descriptions(pgtype.Int8OID, pgtype.TextOID, pgtype.Int8OID, pgtype.TextOID)
	program := func(fds []pgconn.FieldDescription, tm *pgtype.Map) *program {
		p, err := NewPlan(s, fds, tm)
		require.NoError(t, err)
		return p.program
	}
	first := program(fds, pgtype.NewMap())
	require.Same(t, first, program(fds, pgtype.NewMap()))

	same := pgtype.NewMap()
	same.RegisterType(&pgtype.Type{Name: "text", OID: pgtype.TextOID, Codec: pgtype.TextCodec{}})
	require.Same(t, first, program(fds, same))

	custom := pgtype.NewMap()
	custom.RegisterType(&pgtype.Type{Name: "text", OID: pgtype.TextOID, Codec: &shouting{}})
	require.NotSame(t, first, program(fds, custom))
	require.Same(t, program(fds, custom), program(fds, custom))

	text := descriptions(pgtype.Int8OID, pgtype.TextOID, pgtype.Int8OID, pgtype.TextOID)
	text[0].Format = pgtype.TextFormatCode
	require.NotSame(t, first, program(text, pgtype.NewMap()))
	require.Same(t, first, program(fds, pgtype.NewMap()))

	for i := range 3 * maxPrograms {
		program(descriptions(pgtype.Int8OID, uint32(100000+i), pgtype.Int8OID, pgtype.TextOID), pgtype.NewMap())
	}
	require.Len(t, *s.programs.Load(), maxPrograms)
}

type shouting struct{ pgtype.TextCodec }

func TestShapeConcurrently(t *testing.T) {
	t.Parallel()
	s := albumShape(t)
	fds := descriptions(pgtype.Int8OID, pgtype.TextOID, pgtype.Int8OID, pgtype.TextOID)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				if _, err := NewPlan(s, fds, pgtype.NewMap()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	require.Len(t, *s.programs.Load(), 1)
}
