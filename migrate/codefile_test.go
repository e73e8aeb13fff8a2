package migrate_test

import (
	"context"
	"encoding/json"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repo"
)

type codeParcel struct {
	ID     int64
	Code   string `gorm:"size:20;not null"`
	Note   *string
	Weight float64   `gorm:"type:numeric(10,2);not null"`
	Sent   time.Time `gorm:"not null"`
	Tags   []string  `gorm:"type:text[]"`
	Data   string    `gorm:"type:jsonb"`
	Upper  string    `gorm:"generated:upper(code)"`
	Key    string    `gorm:"type:uuid;column:the_key"`
}

func (codeParcel) TableName() string { return "parcels" }

// parcels0002 is what CodeFile writes for codeParcel.
type parcels0002 struct {
	ID     int64  `gorm:"primaryKey"`
	Code   string `gorm:"type:varchar(20)"`
	Note   *string
	Weight string `gorm:"type:numeric(10,2)"`
	Sent   time.Time
	Tags   []string        `gorm:"type:text[]"`
	Data   json.RawMessage `gorm:"type:jsonb"`
	Upper  *string         `gorm:"->"`
	TheKey *string         `gorm:"type:uuid"`
}

func (parcels0002) TableName() string { return "parcels" }

// The file has structs of the state by which rows can be read and written, runs
// after the last migration, and does nothing before it is filled.
func TestCodeFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	grow(t, dir, nil, codeParcel{}, chamber{})
	s := loaded(t, dir)
	id, text, err := migrate.CodeFile(s, "shop", "weigh", "parcels", "chambers")
	require.NoError(t, err)
	require.Equal(t, migrate.ID("shop/0002_weigh"), id)
	own, err := os.ReadFile("codefile_test.go")
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(own), "// parcels0002 is what")
	_, rest, _ = strings.Cut(rest, "\n")
	written, _, _ := strings.Cut(rest, "// The file has")
	require.Contains(t, text, "package shop\n\nimport (\n\t\"context\"\n\t\"encoding/json\"\n\t\"errors\"\n\t\"time\"\n\n\t\"gorm.io/gorm\"\n")
	require.Contains(t, text, "\n// parcels0002 is a row of table parcels as the migration finds it.\n"+written)
	require.Contains(t, text, "type chambers0002 struct {\n")
	require.Contains(t, text, `ID: "shop/0002_weigh", After: []migrate.ID{"shop/0001_initial"}, Models: []any{parcels0002{}, chambers0002{}},`)
	require.Contains(t, text, `b.Keys(ctx, "parcels", "id", "", 1000)`)
	require.Contains(t, text, `return errors.New("shop/0002_weigh is not written yet")`)
	_, err = parser.ParseFile(token.NewFileSet(), "x.go", text, parser.AllErrors)
	require.NoError(t, err)

	db := setup(t)
	weigh := migrate.GoMigration{ID: id, After: []migrate.ID{"shop/0001_initial"}, Models: []any{parcels0002{}}, Up: func(ctx context.Context, b *migrate.Batch) error {
		for keys, err := range b.Keys(ctx, "parcels", "id", "", 1000) {
			if err != nil {
				return err
			}
			if err := b.Tx(ctx, func(tx *gorm.DB) error {
				rows := repo.New[parcels0002](tx).Filter("id__gte", keys.From).Filter("id__lte", keys.To)
				list, err := rows.All(ctx)
				if err != nil {
					return err
				}
				for _, r := range list {
					r.Weight, r.Note = "1"+r.Weight, r.Upper
					if err := repo.New[parcels0002](tx).Save(ctx, r); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				return err
			}
		}
		return nil
	}}
	whole, err := migrate.Load(os.DirFS(dir), migrate.App("shop"), migrate.WithGo(weigh))
	require.NoError(t, err)
	r := newRunner(t, db, whole)
	_, err = r.Up(t.Context(), "0001")
	require.NoError(t, err)
	run(t, db, `INSERT INTO parcels (code, weight, sent, tags, data, the_key) VALUES ('a', 1.2, now(), '{x}', '{"a": 1}', gen_random_uuid())`)
	_, err = r.Up(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"11.20 A {x} {\"a\": 1} true"}, names(t, db, `SELECT weight || ' ' || note || ' ' || tags::text || ' ' || data::text || ' ' || (the_key IS NOT NULL) FROM parcels`))

	for want, tables := range map[string][]string{
		`migrate: shop/0002_weigh: no migration before it makes the table "faxes" (choices: chambers, parcels)`: {"faxes"},
		`migrate: shop/0002_weigh: code for no table`:                                                           nil,
	} {
		_, _, err = migrate.CodeFile(s, "shop", "weigh", tables...)
		require.EqualError(t, err, want)
	}
}
