package models_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"math"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/oracle"
	"github.com/gormango/gormango/models"
)

var record = flag.Bool("record", false, "have Django judge the values of testdata/validators.json.gz anew")

// djangoVerdicts has a running Django judge generated values.
func djangoVerdicts(t *testing.T, seed, n int) []byte {
	t.Helper()
	return oracle.Ask(t, "testdata/validators.py", strconv.Itoa(seed), strconv.Itoa(n))
}

// judged is a value and Django's verdict about it.
type judged struct {
	Rule  string
	Args  []any
	Value any
	Code  string
}

func (j *judged) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&j.Rule, &j.Args, &j.Value, &j.Code})
}

// check returns our check of the value.
func (j judged) check() models.Check {
	number := func(i int) float64 { return j.Args[i].(float64) }
	if v, ok := j.Value.(float64); ok {
		c := models.Number("v", v)
		switch j.Rule {
		case "min":
			return c.Min(number(0))
		case "max":
			return c.Max(number(0))
		}
		if len(j.Args) > 1 {
			return c.Step(number(0), number(1))
		}
		return c.Step(number(0))
	}
	if j.Rule == "digits" {
		return models.Decimal("v", decimal.RequireFromString(j.Value.(string))).Digits(int(number(0)), int(number(1)))
	}
	c := models.Text("v", j.Value.(string))
	texts := func() (list []string) {
		for _, a := range j.Args {
			list = append(list, a.(string))
		}
		return list
	}
	switch j.Rule {
	case "email":
		return c.Email()
	case "url":
		return c.URL(texts()...)
	case "domain":
		return c.DomainName()
	case "slug":
		return c.Slug()
	case "unicode_slug":
		return c.UnicodeSlug()
	case "ipv4":
		return c.IPv4()
	case "ipv6":
		return c.IPv6()
	case "ip":
		return c.IP()
	case "integer":
		return c.Integer()
	case "list":
		return c.IntegerList(texts()[0])
	case "min_length":
		return c.MinLength(int(number(0)))
	case "max_length":
		return c.MaxLength(int(number(0)))
	case "matches":
		return c.Matches(regexp.MustCompile(texts()[0]))
	case "does_not_match":
		return c.DoesNotMatch(regexp.MustCompile(texts()[0]))
	case "extension":
		return c.FileExtension(texts()...)
	}
	return c // null
}

// compareVerdicts compares our verdicts with Django's.
func compareVerdicts(t *testing.T, verdicts []byte) {
	t.Helper()
	seen := map[string][2]int{} // how many values of a rule were refused and accepted
	dec := json.NewDecoder(bytes.NewReader(verdicts))
	for {
		var j judged
		if err := dec.Decode(&j); err == io.EOF {
			break
		} else {
			require.NoError(t, err)
		}
		code := ""
		if ve, ok := models.Validate(j.check()).(*models.ValidationError); ok {
			for _, p := range ve.Fields["v"] { // Text itself refuses NUL
				if code == "" && (p.Code != "null_characters_not_allowed" || j.Rule == "null") {
					code = p.Code
				}
			}
		}
		n := seen[j.Rule]
		if j.Code == "" {
			n[1]++
		} else {
			n[0]++
		}
		seen[j.Rule] = n
		if code != j.Code {
			t.Errorf("%s%v of %q: code %q, Django's is %q", j.Rule, j.Args, j.Value, code, j.Code)
		}
	}
	require.Len(t, seen, 20)
	for rule, n := range seen {
		require.Positive(t, n[0], rule)
		require.Positive(t, n[1], rule)
	}
}

// Each rule has Django's verdict and code about 6,000 generated values, as
// recorded of a running Django 5.2.
func TestValidatorsAsDjango(t *testing.T) {
	t.Parallel()
	var ask func() []byte
	if *record {
		ask = func() []byte { return djangoVerdicts(t, 1, 6000) }
	}
	compareVerdicts(t, oracle.Golden(t, "testdata/validators.json.gz", ask))
}

// TestLiveValidators compares other values with a running Django, in the root
// folder named by GORMANGO_ORACLE.
func TestLiveValidators(t *testing.T) {
	oracle.Root(t)
	seed := int(time.Now().UnixNano() % 1_000_000)
	t.Logf("seed %d", seed)
	compareVerdicts(t, djangoVerdicts(t, seed, 5000))
}

// Python's ipaddress refuses a slash wherever it stands.
func TestZoneWithASlash(t *testing.T) {
	t.Parallel()
	for zone, ok := range map[string]bool{"eth0": true, "1/": false, "/64": false, "a%b": false, "": false} {
		require.Equal(t, ok, models.Validate(models.Text("v", "fe80::1%"+zone).IPv6()) == nil, zone)
	}
}

func TestFormatsOfNull(t *testing.T) {
	t.Parallel()
	c := models.NullText[string]("f", nil).Email().URL().DomainName().Slug().UnicodeSlug().IPv4().IPv6().IP().Integer().IntegerList(",").
		FileExtension("txt").DoesNotMatch(regexp.MustCompile(""))
	require.NoError(t, models.Validate(c, models.NullDecimal("d", decimal.NullDecimal{}).Min(decimal.New(1, 0)).Max(decimal.New(-1, 0)).Digits(0, 0),
		models.NullNumber[int]("n", nil).Step(2)))
	require.Error(t, models.Validate(models.Number("n", math.NaN()).Step(2)))
}
