package migrate_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repotest"
)

// serverLog collects what the server logs about the statements of connections.
type serverLog struct {
	mu   sync.Mutex
	list []string
}

// TraceConnectStart makes a connection collect the log's lines.
func (l *serverLog) TraceConnectStart(ctx context.Context, data pgx.TraceConnectStartData) context.Context {
	data.ConnConfig.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) {
		if n.SeverityUnlocalized == "LOG" {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.list = append(l.list, n.Message)
		}
	}
	return ctx
}

func (l *serverLog) TraceConnectEnd(context.Context, pgx.TraceConnectEndData) {}

func (l *serverLog) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}

func (l *serverLog) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// take returns the lines and forgets them.
func (l *serverLog) take() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := l.list
	l.list = nil
	return list
}

// The server logs one statement for the second start of a program, by files and
// by Auto.
func TestSecondStartInTheServersLog(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(context.Context, *gorm.DB) error{
		"Up": func(ctx context.Context, db *gorm.DB) error {
			_, err := migrate.Up(ctx, db, loadSet(t, shopFiles()))
			return err
		},
		"Auto": func(ctx context.Context, db *gorm.DB) error {
			_, err := migrate.Auto(ctx, db)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, ctx := repotest.URL(t), t.Context()
			first := open(t, url, zoo...)
			require.NoError(t, start(ctx, first))
			database := names(t, first, "SELECT quote_ident(current_database())")[0]
			if err := first.Exec(fmt.Sprintf(`ALTER DATABASE %s SET log_statement = 'all'`, database)).Error; err != nil {
				t.Skipf("SKIPPED: the role may not log statements: %v", err)
			}
			run(t, first, fmt.Sprintf(`ALTER DATABASE %s SET client_min_messages = 'log'`, database))

			log := &serverLog{}
			second, err := gormango.Open(ctx, gormango.Config{URL: url, Models: zoo, Tracer: log})
			require.NoError(t, err)
			defer gormango.Close(second)
			run(t, second, "SELECT 'it is logged'")
			require.Contains(t, strings.Join(log.take(), "\n"), "it is logged")
			require.NoError(t, start(ctx, second))
			require.Len(t, log.take(), 1)
		})
	}
}
