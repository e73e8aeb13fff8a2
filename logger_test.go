package gormango_test

import (
	"bytes"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
)

func TestLogger(t *testing.T) {
	t.Parallel()
	for level, want := range map[slog.Level][]string{slog.LevelDebug: {"gormango: statement", "s3cret"}, slog.LevelInfo: nil} {
		var out bytes.Buffer
		_, db := open(t, gormango.Config{Logger: slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: level}))})
		require.NoError(t, db.Exec("CREATE TABLE notes (id bigserial, text text UNIQUE)").Error)
		out.Reset()
		require.ErrorIs(t, db.Table("notes").Where("text = ?", "s3cret").Take(&map[string]any{}).Error, gorm.ErrRecordNotFound)
		require.Error(t, db.Exec("SELECT ?::int", "s3cret").Error)
		for _, w := range want {
			require.Contains(t, out.String(), w)
		}
		if want == nil {
			require.Empty(t, out.String(), "nothing above Debug")
		}
		require.NotContains(t, out.String(), "level=ERROR")
		out.Reset()
		require.Error(t, db.Debug().Exec("SELECT ?::int", "s3cret").Error)
		require.Contains(t, out.String(), "level=INFO")
		require.Contains(t, out.String(), "SELECT $1::int")
		require.NotContains(t, out.String(), "s3cret", "no values above Debug")
	}
}
