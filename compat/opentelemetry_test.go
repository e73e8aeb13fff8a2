package compat

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	oteltrace "go.opentelemetry.io/otel/trace"
	"gorm.io/gorm"
	"gorm.io/plugin/opentelemetry/tracing"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
	"github.com/gormango/gormango/txutil"
)

// traced returns db with the plugin, and the recorder of its spans.
func traced(t *testing.T, db *gorm.DB) (*gorm.DB, *tracetest.SpanRecorder, *trace.TracerProvider) {
	t.Helper()
	spans := tracetest.NewSpanRecorder()
	provider := trace.NewTracerProvider(trace.WithSpanProcessor(spans))
	require.NoError(t, db.Use(tracing.NewPlugin(tracing.WithTracerProvider(provider))))
	return db.Session(&gorm.Session{QueryFields: true}), spans, provider
}

// told returns the content of spans without times and the server's address.
func told(spans []trace.ReadOnlySpan) (lines []string) {
	for _, s := range spans {
		line := []string{s.Name()}
		for _, a := range s.Attributes() {
			if a.Key != "server.address" {
				line = append(line, string(a.Key)+"="+a.Value.String())
			}
		}
		slices.Sort(line[1:])
		line = append(line, s.Status().Code.String())
		lines = append(lines, strings.Join(line, " | "))
	}
	return lines
}

func TestOpenTelemetry(t *testing.T) {
	t.Parallel()
	got := map[string][]string{}
	for name, db := range both(t, &Place{}) {
		db, spans, _ := traced(t, db)
		require.NoError(t, db.Create(&Place{Name: "a"}).Error)
		require.NoError(t, db.Create([]*Place{{Name: "b"}, {Name: "it's"}}).Error)
		var list []Place
		require.NoError(t, db.Where("name <> ?", "a").Order("id").Find(&list).Error)
		require.ErrorIs(t, db.First(&Place{}, "name = ?", "z").Error, gorm.ErrRecordNotFound)
		require.NoError(t, db.Model(&Place{}).Where("id = ?", 2).Update("name", "c").Error)
		require.NoError(t, db.Delete(&Place{}, 2).Error)
		var one string
		require.NoError(t, db.Raw("SELECT name FROM places WHERE id = ?", 1).Row().Scan(&one))
		require.NoError(t, db.Exec("UPDATE places SET name = ?", "d").Error)
		require.Error(t, db.Exec("SELECT broken").Error)
		require.NoError(t, db.Transaction(func(tx *gorm.DB) error { return tx.Create(&Place{Name: "e"}).Error }))
		got[name] = told(spans.Ended())
	}
	require.Equal(t, got["plain"], got["ours"])
	require.Contains(t, got["ours"][0], `db.query.text=INSERT INTO "places" ("name") VALUES ('a') RETURNING "id"`)
}

// A span of the plugin wraps the context. The transaction in it is found all
// the same.
func TestOpenTelemetryInsideABlock(t *testing.T) {
	t.Parallel()
	db := ours(t, &Place{})
	require.NoError(t, db.AutoMigrate(&Place{}))
	db, spans, provider := traced(t, db)
	parent, root := provider.Tracer("test").Start(context.Background(), "request")
	rollback := errors.New("rollback")
	err := txutil.Atomic(parent, db, func(ctx context.Context) error {
		require.NoError(t, db.WithContext(ctx).Create(&Place{Name: "a"}).Error)
		var n int64
		require.NoError(t, db.WithContext(ctx).Model(&Place{}).Count(&n).Error)
		require.EqualValues(t, 1, n)
		return rollback
	})
	root.End()
	require.ErrorIs(t, err, rollback)
	require.Empty(t, lines(t, db, "SELECT * FROM places"))
	for _, s := range spans.Ended()[:2] {
		require.Equal(t, root.SpanContext().SpanID(), s.Parent().SpanID(), s.Name())
	}
}

// Repositories call pgx directly: the plugin does not see their statements, a
// tracer of pgx sees all.
func TestTracingOfRepositories(t *testing.T) {
	t.Parallel()
	seen := &statements{}
	db, err := gormango.Open(context.Background(), gormango.Config{
		URL: repotest.URL(t), Models: []any{&Place{}}, Tracer: seen,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gormango.Close(db)) })
	require.NoError(t, db.AutoMigrate(&Place{}))
	db, spans, provider := traced(t, db)
	ctx, root := provider.Tracer("test").Start(context.Background(), "request")
	defer root.End()

	require.NoError(t, repo.New[Place](db).Create(ctx, &Place{Name: "a"}))
	_, err = repo.New[Place](db).Filter("name", "a").All(ctx)
	require.NoError(t, err)
	require.Empty(t, spans.Ended())
	require.NoError(t, db.WithContext(ctx).Create(&Place{Name: "b"}).Error)
	require.Len(t, spans.Ended(), 1)

	texts := seen.within(root.SpanContext().TraceID().String())
	require.Len(t, slices.DeleteFunc(texts, func(sql string) bool { return !strings.Contains(sql, "places") }), 3)
}

// statements is a pgx tracer that records the statements in each trace.
type statements struct {
	mu  sync.Mutex
	sql map[string][]string
}

func (s *statements) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sql == nil {
		s.sql = map[string][]string{}
	}
	id := oteltrace.SpanContextFromContext(ctx).TraceID().String()
	s.sql[id] = append(s.sql[id], data.SQL)
	return ctx
}

func (s *statements) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (s *statements) within(id string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sql[id])
}
