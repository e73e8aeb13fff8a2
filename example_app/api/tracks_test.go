package api

import (
	"fmt"
	"net/url"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTrackFilters(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, c := range []struct {
		query string
		want  []int
	}{
		{"name=Antenna", []int{5}},
		{"name__exact=Antenna", []int{5}},
		{"name__exact=antenna", []int{}},
		{"name__icontains=LOVE", []int{3}},
		{"name__startswith=Suite", []int{8, 9}},
		{"name__startswith=suite", []int{}},
		{"name__icontains=%25", []int{}},
		{"album=3", []int{6, 7}},
		{"album_id=3", []int{6, 7}},
		{"album__isnull=true", []int{12}},
		{"genre__name=Jazz", []int{6, 7}},
		{"album__title__icontains=winter", []int{8, 9}},
		{"album__artist__name=Tin Harbour", []int{10, 11}},
		{"unit_price__gte=1.29", []int{6, 7, 8, 9}},
		{"unit_price__lte=0.5", []int{12}},
		{"unit_price__gte=1.29&unit_price__lte=1.4", []int{6, 7}},
		{"unit_price=1.5", []int{8, 9}},
		{"milliseconds__gt=447200", []int{8}},
		{"milliseconds__gt=9223372036854775807", []int{}},
		{"id__in=3,1,99", []int{1, 3}},
		{"genre__name=Rock&order_by=-milliseconds&limit=2", []int{3, 1}},
		{"order_by=unit_price,-name&limit=3", []int{12, 11, 1}},
	} {
		values, err := url.ParseQuery(c.query)
		require.NoError(t, err)
		require.Equal(t, c.want, s.ids("/api/tracks?"+values.Encode()), c.query)
	}
	for _, bad := range []string{"unit_price__gte=cheap", "unit_price__gte=NaN", "unit_price__gte=1e99999", "album__isnull=perhaps"} {
		s.error("GET", "/api/tracks?"+bad, "", 400, "is not")
	}
}

func TestTrackPrices(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	body := func(price string) string {
		return `{"name": "N", "media_type_id": 1, "milliseconds": 0, "unit_price": ` + price + `}`
	}
	for price, want := range map[string]string{
		`"0.99"`: "0.99", `"1.5"`: "1.50", `"2"`: "2.00", `2`: "2.00", `0.7`: "0.70", `"0"`: "0.00",
		`"0.990"`: "0.99", `"1e3"`: "1000.00", `"99999999.99"`: "99999999.99",
	} {
		require.Equal(t, want, s.object("POST", "/api/tracks", body(price), 201)["unit_price"], price)
	}
	for _, price := range []string{`"-0.01"`, `"0.999"`, `"100000000"`, `1000000000000`, `"1e9000"`, `"1e-9000"`} {
		s.want("POST", "/api/tracks", body(price), 422,
			`{"errors": {"unit_price": ["Enter an amount from 0 to 99999999.99 with at most two decimal places."]}}`)
	}
	for _, price := range []string{`"cheap"`, `"NaN"`, `"1e999999999"`, `""`, `null`, `true`} {
		s.error("POST", "/api/tracks", body(price), 400, `member "unit_price"`)
	}
	s.want("PATCH", "/api/tracks/1", `{"milliseconds": -1, "bytes": -1}`, 422,
		`{"errors": {"milliseconds": ["Ensure this value is greater than or equal to 0."], "bytes": ["Ensure this value is greater than or equal to 0."]}}`)
}

// Concurrent changes without a lock_version wait for each other.
func TestTracksChangedAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	var wg sync.WaitGroup
	statuses := make([]int, 10)
	for i := range statuses {
		wg.Go(func() { statuses[i] = s.do("PATCH", "/api/tracks/1", fmt.Sprintf(`{"bytes": %d}`, i)).status })
	}
	wg.Wait()
	for _, status := range statuses {
		require.Equal(t, 200, status)
	}
	require.EqualValues(t, 11, s.object("GET", "/api/tracks/1", "", 200)["lock_version"])
}
