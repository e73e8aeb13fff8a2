package repo_test

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

type leak struct {
	models.AutoKey
	Name  string
	N     int
	Small int16
	At    time.Time
	Price decimal.Decimal `gorm:"type:numeric(10,2)"`
	Data  json.RawMessage `gorm:"type:jsonb"`
	Tags  []string        `gorm:"type:text[]"`
	Nums  []int64         `gorm:"type:integer[]"`
	Code  string          `gorm:"type:uuid;default:gen_random_uuid()"`
}

// No text of an error holds a value of a row or of a request; typed errors have
// it in a field.
func TestErrorsHoldNoValues(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), repotest.Open(t, &leak{})
	leaks := repo.New[leak](db)
	valid := func() *leak {
		return &leak{Name: "S3CRET", Data: json.RawMessage(`{"a":"S3CRET"}`), Code: "6ba7b810-9dad-11d1-80b4-00c04fd430c8"}
	}
	require.NoError(t, leaks.Create(ctx, valid()))
	request := func(query string) error {
		values, err := url.ParseQuery(query)
		require.NoError(t, err)
		_, err = repo.Params[leak]{
			Filters:   []repo.Lookup[leak]{"n", "at__gte", "price", "code", "tags__contains", "nums__contains", "data", "name__regex", "small__in"},
			Orderings: []repo.Ordering[leak]{"name"},
		}.Page(ctx, leaks, values)
		return err
	}
	read := func(_ any, err error) error { return err }
	patch := func(body string) error {
		_, err := repo.DecodePatch(strings.NewReader(body), valid(), repo.Name[leak]("n"), "small", "at", "price", "name")
		return err
	}
	raw := func(sql string, args ...any) error {
		for _, err := range repo.SelectRaw[int64](ctx, db, sql, args...) {
			if err != nil {
				return err
			}
		}
		return nil
	}
	bad := valid()
	bad.Code = "S3CRET"
	for what, err := range map[string]error{
		"Filter":              read(leaks.Filter("n", "S3CRET").Count(ctx)),
		"Filter of a list":    read(leaks.Filter("n__in", []string{"S3CRET"}).Count(ctx)),
		"Filter of a time":    read(leaks.Filter("at", "S3CRET").Count(ctx)),
		"Filter of a UUID":    read(leaks.Filter("code", "S3CRET").Count(ctx)),
		"Filter of a decimal": read(leaks.Filter("price", "S3CRET").Count(ctx)),
		"Filter of a range":   read(leaks.Filter("n__range", []string{"S3CRET", "S3CRET"}).Count(ctx)),
		"Filter of an array":  read(leaks.Filter("nums__contains", []string{"S3CRET"}).Count(ctx)),
		"Filter of a regex":   read(leaks.Filter("name__regex", "(S3CRET").Count(ctx)),
		"an element":          read(leaks.Filter("nums__contains", []int64{7_654_321_987}).Count(ctx)),
		"Set":                 read(leaks.AllRows().Update(ctx, leaks.Set("n", "S3CRET"))),
		"Set out of range":    read(leaks.AllRows().Update(ctx, leaks.Set("small", 7_654_321_987))),
		"Set of JSON":         read(leaks.AllRows().Update(ctx, leaks.Set("data", json.RawMessage("S3CRET")))),
		"Create":              leaks.Create(ctx, bad),
		"BulkCreate":          leaks.BulkCreate(ctx, []*leak{bad}),
		"COPY":                leaks.BulkCreate(ctx, []*leak{bad}, repo.UseCopy()),
		"Value":               read(leaks.Annotate("x", repo.Cast(repo.Value("S3CRET"), repo.TypeInt)).All(ctx)),
		"Values":              read(repo.Values[int64](ctx, leaks, "name")),
		"Values of times":     read(repo.Values[time.Time](ctx, leaks, "name")),
		"Values of structs":   read(repo.Values[struct{ Name int }](ctx, leaks, "name")),
		"SelectRaw":           raw("SELECT name FROM leaks"),
		"SelectRaw, argument": raw("SELECT $1::int", "S3CRET"),
		"a parameter":         request("n=S3CRET"),
		"a time":              request("at__gte=S3CRET"),
		"a decimal":           request("price=S3CRET"),
		"many digits":         request("price=" + strings.Repeat("7654321987", 1000)),
		"an exponent":         request("price=7654321987e30000"),
		"a UUID":              request("code=S3CRET"),
		"a pattern":           request("name__regex=(S3CRET"),
		"a list":              request("small__in=1,S3CRET"),
		"elements":            request("nums__contains=7654321987"),
		"an order":            request("order_by=S3CRET"),
		"a cursor":            request("cursor=S3CRET&page=S3CRET"),
		"JSON":                request("data=S3CRET"),
		"a patch":             patch(`{"n": "S3CRET"}`),
		"a number":            patch(`{"small": 7654321987}`),
		"a date":              patch(`{"at": "S3CRET"}`),
		"a price":             patch(`{"price": "S3CRET"}`),
	} {
		require.Error(t, err, what)
		require.NotContains(t, err.Error(), "S3CRET", what)
		require.NotContains(t, err.Error(), "7654321987", what)
	}
}
