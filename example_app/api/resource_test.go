package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repo"
)

// contract describes a resource for the tests.
type contract struct {
	path     string
	whole    string // a body with every member
	required []string
	nullable []string
	text     string // a required text member
	referred int    // the key of a row that others refer to, 0 if there is none
	filters  []string
	foreign  []string // members that refer to other rows

	versioned bool // rows have a lock_version, which every change increments
}

// changed updates row as n requests change it.
func (c contract) changed(row map[string]any, n float64) {
	if c.versioned {
		was, _ := row["lock_version"].(float64)
		row["lock_version"] = was + n
	}
}

func contracts() []contract {
	return []contract{
		{path: "artists", whole: `{"name": "N"}`, required: []string{"name"}, text: "name", referred: 1, filters: names(artists(nil).filters), versioned: true},
		{path: "genres", whole: `{"name": "N"}`, required: []string{"name"}, text: "name", referred: 1, filters: names(genres(nil).filters)},
		{path: "media-types", whole: `{"name": "N"}`, required: []string{"name"}, text: "name", referred: 1, filters: names(mediaTypes(nil).filters)},
		{path: "playlists", whole: `{"name": "N"}`, required: []string{"name"}, text: "name", filters: names(playlists(nil).filters), versioned: true},
		{
			path: "albums", whole: `{"title": "T", "artist_id": 2}`, required: []string{"title", "artist_id"}, text: "title", referred: 1,
			filters: names(albums(nil).filters), versioned: true, foreign: []string{"artist_id"},
		},
		{
			path: "tracks", whole: `{"name": "N", "album_id": 1, "media_type_id": 2, "genre_id": 3, "composer": "C", "milliseconds": 5, "bytes": 6, "unit_price": "7.50"}`,
			required: []string{"name", "media_type_id", "milliseconds", "unit_price"}, nullable: []string{"album_id", "genre_id", "composer", "bytes"},
			text: "name", referred: 1, filters: names(tracks(nil).filters), versioned: true, foreign: []string{"album_id", "media_type_id", "genre_id"},
		},
		{
			path: "customers", whole: `{"first_name": "F", "last_name": "L", "company": "C", "address": "A", "city": "C", "state": "S", "country": "C",
				"postal_code": "P", "phone": "1", "fax": "2", "email": "new@mail.example", "support_rep_id": 1}`,
			required: []string{"first_name", "last_name", "email"},
			nullable: []string{"company", "address", "city", "state", "country", "postal_code", "phone", "fax", "support_rep_id"},
			text:     "last_name", referred: 1, filters: names(customers(nil).filters), versioned: true, foreign: []string{"support_rep_id"},
		},
		{
			path: "employees", whole: `{"last_name": "L", "first_name": "F", "title": "T", "reports_to_id": 2, "birth_date": "1990-01-02T00:00:00Z",
				"hire_date": "2020-01-02T03:04:05.678901Z", "address": "A", "city": "C", "state": "S", "country": "C", "postal_code": "P", "phone": "1", "fax": "2",
				"email": "e@mail.example"}`,
			required: []string{"last_name", "first_name"},
			nullable: []string{"title", "reports_to_id", "birth_date", "hire_date", "address", "city", "state", "country", "postal_code", "phone", "fax", "email"},
			text:     "last_name", referred: 2, filters: names(employees(nil).filters), foreign: []string{"reports_to_id"},
		},
	}
}

func names[T any](lookups []repo.Lookup[T]) []string {
	out := make([]string, len(lookups))
	for i, l := range lookups {
		out[i] = string(l)
	}
	return out
}

func members(t testing.TB, body string) map[string]any {
	t.Helper()
	var m map[string]any
	require.NoError(t, json.Unmarshal([]byte(body), &m))
	return m
}

func text(t testing.TB, m map[string]any) string {
	t.Helper()
	b, err := json.Marshal(m)
	require.NoError(t, err)
	return string(b)
}

func TestResources(t *testing.T) {
	t.Parallel()
	for _, c := range contracts() {
		t.Run(c.path, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			testLife(t, s, c)
			testPut(t, s, c)
			testBodies(t, s, c)
			testAddresses(t, s, c)
			testList(t, s, c)
			testConflicts(t, s, c)
			testVersions(t, s, c)
		})
	}
}

// testLife creates, reads, changes and deletes a row.
func testLife(t *testing.T, s site, c contract) {
	list := "/api/" + c.path
	made := s.do("POST", list, c.whole)
	require.Equal(t, 201, made.status, made.body)
	row := members(t, made.body)
	one := fmt.Sprintf("%s/%v", list, row["id"])
	require.Equal(t, one, made.header.Get("Location"))

	want := members(t, c.whole)
	want["id"] = row["id"]
	c.changed(want, 1)
	require.Equal(t, want, row)
	s.want("GET", one, "", 200, text(t, want))

	want[c.text] = "Changed"
	c.changed(want, 1)
	s.want("PATCH", one, text(t, map[string]any{c.text: "Changed"}), 200, text(t, want))
	s.want("PATCH", one, "{}", 200, text(t, want))
	for _, name := range c.nullable {
		want[name] = nil
		c.changed(want, 1)
		s.want("PATCH", one, text(t, map[string]any{name: nil}), 200, text(t, want))
	}
	s.want("GET", one, "", 200, text(t, want))

	s.want("DELETE", one, "", 204, "")
	for _, method := range []string{"GET", "PUT", "PATCH", "DELETE"} {
		s.error(method, one, c.whole, 404, "no such row")
	}
}

// testPut replaces a row: optional members that are missing become null.
func testPut(t *testing.T, s site, c contract) {
	list := "/api/" + c.path
	row := s.object("POST", list, c.whole, 201)
	one := fmt.Sprintf("%s/%v", list, row["id"])
	whole := members(t, c.whole)
	least := map[string]any{}
	for _, name := range c.required {
		least[name] = whole[name]
	}
	want := maps.Clone(least)
	want["id"] = row["id"]
	for _, name := range c.nullable {
		want[name] = nil
	}
	c.changed(want, 2)
	s.want("PUT", one, text(t, least), 200, text(t, want))
	s.want("GET", one, "", 200, text(t, want))
	maps.Copy(want, whole)
	c.changed(want, 1)
	s.want("PUT", one, c.whole, 200, text(t, want))

	for _, name := range c.required {
		body := maps.Clone(whole)
		delete(body, name)
		refusal := fmt.Sprintf(`{"errors": {%q: ["This field is required."]}}`, name)
		s.want("PUT", one, text(t, body), 422, refusal)
		s.want("POST", list, text(t, body), 422, refusal)
	}
	s.want("GET", one, "", 200, text(t, want))
	s.want("DELETE", one, "", 204, "")
}

// testBodies sends invalid bodies.
func testBodies(t *testing.T, s site, c contract) {
	list := "/api/" + c.path
	first := list + "/1"
	before := s.do("GET", first, "").body
	with := func(name string, value any) string {
		body := members(t, c.whole)
		body[name] = value
		return text(t, body)
	}
	for _, r := range []struct{ method, path string }{{"POST", list}, {"PUT", first}, {"PATCH", first}} {
		for _, bad := range []string{
			"", "null", "7", "[]", `"x"`, "{", `{"`, "{]", `{"` + c.text + `": "\xff"}`, `{"` + c.text + `": "\ud800"}`, c.whole + " x", c.whole + c.whole, c.whole[:len(c.whole)-1],
			`{"a":` + strings.Repeat("[", 20000), "\xff",
		} {
			s.error(r.method, r.path, bad, 400, "")
		}
		s.error(r.method, r.path, with("id", 5), 400, `unknown member "id"; choices are `)
		s.error(r.method, r.path, with("nonsense", 5), 400, `unknown member "nonsense"`)
		s.error(r.method, r.path, with("nonsense", 5), 400, c.text)
		for name, value := range members(t, c.whole) {
			s.error(r.method, r.path, with(name, true), 400, fmt.Sprintf("member %q", name))
			s.error(r.method, r.path, with(name, []int{}), 400, fmt.Sprintf("member %q", name))
			s.error(r.method, r.path, with(name, map[string]int{}), 400, fmt.Sprintf("member %q", name))
			if _, is := value.(float64); is {
				s.error(r.method, r.path, with(name, "x"), 400, fmt.Sprintf("member %q", name))
				s.error(r.method, r.path, with(name, 1.5), 400, fmt.Sprintf("member %q", name))
				s.error(r.method, r.path, with(name, 1e300), 400, fmt.Sprintf("member %q", name))
			} else if name != "unit_price" {
				s.error(r.method, r.path, with(name, 5), 400, fmt.Sprintf("member %q", name))
			}
			if !slices.Contains(c.nullable, name) {
				s.error(r.method, r.path, with(name, nil), 400, fmt.Sprintf("member %q: null is not allowed", name))
			}
		}
		s.want(r.method, r.path, with(c.text, " "), 422, fmt.Sprintf(`{"errors": {%q: ["This field cannot be blank."]}}`, c.text))
		s.error(r.method, r.path, with(c.text, strings.Repeat("x", maxBody)), 413, "larger than 65536 bytes")
		for name, value := range members(t, c.whole) {
			if v, is := value.(string); is && v != "" && !strings.Contains(name, "date") && name != "unit_price" {
				nul := s.object(r.method, r.path, with(name, "a\x00b"), 422)
				require.Contains(t, nul["errors"].(map[string]any), name)
				long := s.object(r.method, r.path, with(name, strings.Repeat("ü", 300)), 422)
				require.Contains(t, long["errors"].(map[string]any), name)
			}
		}
	}
	require.Equal(t, before, s.do("GET", first, "").body)
}

// testAddresses asks for what is not there.
func testAddresses(t *testing.T, s site, c contract) {
	list := "/api/" + c.path
	for _, id := range []string{"999999", "0", "abc", "-1", "+1", "1.0", "%00", "1%20", "9223372036854775807", "9223372036854775808", "99999999999999999999999"} {
		for _, method := range []string{"GET", "PUT", "PATCH", "DELETE"} {
			s.error(method, list+"/"+id, c.whole, 404, "")
		}
	}
	s.error("GET", list+"/", "", 404, "")
	s.error("GET", list+"/1/x", "", 404, "")
	for _, r := range []struct{ method, path, allow string }{
		{"PUT", list, "GET, HEAD, POST"}, {"DELETE", list, "GET, HEAD, POST"}, {"PATCH", list, "GET, HEAD, POST"},
		{"POST", list + "/1", "DELETE, GET, HEAD, PATCH, PUT"}, {"BREW", list, "GET, HEAD, POST"},
	} {
		got := s.do(r.method, r.path, c.whole)
		require.Equal(t, 405, got.status)
		require.Equal(t, r.allow, got.header.Get("Allow"))
		require.Contains(t, got.body, `"error"`)
	}
	head := s.do("HEAD", list+"/1", "")
	require.Equal(t, 200, head.status)
	require.Empty(t, head.body)
}

// testList asks for lists in every way.
func testList(t *testing.T, s site, c contract) {
	list := "/api/" + c.path
	all := s.ids(list)
	require.True(t, slices.IsSorted(all), "a list is in the order of its keys")
	require.Equal(t, all, s.ids(list+"?limit=1000"))
	require.Equal(t, all[:1], s.ids(list+"?limit=1"))
	require.Equal(t, all[1:2], s.ids(list+"?limit=1&offset=1"))
	require.Empty(t, s.ids(list+"?limit=0"))
	require.Empty(t, s.ids(list+"?offset=1000"))
	s.want("GET", list+"?id=999999", "", 200, `{"count": 0, "results": []}`)
	require.EqualValues(t, len(all), s.object("GET", list+"?limit=1", "", 200)["count"])
	require.Equal(t, []int{2}, s.ids(list+"?id=2"))

	reversed := slices.Clone(all)
	slices.Reverse(reversed)
	require.Equal(t, all, s.follow(list+"?cursor=", "next"))
	require.Equal(t, reversed, s.follow(list+"?cursor=&order_by=-id&limit=1", "next"))
	require.Equal(t, reversed, s.ids(list+"?order_by=-id"))
	for name := range s.object("GET", list+"/1", "", 200) {
		if name == "lines" {
			continue
		}
		require.Len(t, s.ids(list+"?order_by="+name), len(all), name)
		require.Len(t, s.ids(list+"?order_by=-"+name+",id"), len(all), name)
	}
	for _, name := range c.filters {
		value := "1"
		switch {
		case strings.HasSuffix(name, "isnull"):
			value = "true"
		case strings.Contains(name, "date__g"), strings.Contains(name, "date__l"):
			value = "2025-01-01"
		}
		require.Equal(t, 200, s.do("GET", list+"?"+name+"="+value, "").status, name)
		for _, bad := range []string{"\x00", "\xff"} {
			s.error("GET", list+"?"+name+"="+url.QueryEscape(bad), "", 400, name)
		}
		s.error("GET", list+"?"+name+"="+value+"&"+name+"="+value, "", 400, "one value")
	}
	for _, bad := range []struct{ query, want string }{
		{"nonsense=1", "choices are "}, {"nonsense=1", "limit"}, {"name__regex=a", "choices are"}, {"pk=1", "choices are"},
		{"order_by=nonsense", "choices are "}, {"order_by=", "choices are"}, {"order_by=-", "choices are"}, {"order_by=--id", "choices are"},
		{"order_by=id&order_by=id", "one value"}, {"order_by=id;select", "semicolon"},
		{"limit=1001", "1000"}, {"limit=-1", "1000"}, {"limit=x", "1000"}, {"limit=", "1000"}, {"limit=99999999999999999999", "1000"},
		{"offset=-1", "0 or more"}, {"offset=x", "0 or more"}, {"offset=99999999999999999999", "0 or more"},
		{"cursor=x", "not a cursor"}, {"cursor=&cursor=", "one value"}, {"cursor=&offset=1", "choices are"}, {"cursor=&limit=0", "1000"},
		{"id=x", "integer"}, {"id=1.5", "integer"}, {"id=99999999999999999999", "integer"}, {"id__in=1,x", "integer"}, {"%zz=1", "query string"},
	} {
		s.error("GET", list+"?"+bad.query, "", 400, bad.want)
	}
}

// testConflicts writes what the database refuses.
func testConflicts(t *testing.T, s site, c contract) {
	list := "/api/" + c.path
	one := list + "/1"
	for _, name := range c.foreign {
		for _, key := range []int64{999999, 0, -1, 9223372036854775807} {
			body := members(t, c.whole)
			body[name] = key
			s.error("POST", list, text(t, body), 409, name)
			s.error("PUT", one, text(t, body), 409, name)
			s.error("PATCH", one, text(t, map[string]any{name: key}), 409, name)
		}
	}
	if c.referred > 0 {
		s.error("DELETE", fmt.Sprintf("%s/%d", list, c.referred), "", 409, "refer to this one")
		require.Equal(t, 200, s.do("GET", fmt.Sprintf("%s/%d", list, c.referred), "").status)
	}
}

// testVersions changes a row that was changed in between.
func testVersions(t *testing.T, s site, c contract) {
	if !c.versioned {
		return
	}
	row := s.object("POST", "/api/"+c.path, strings.ReplaceAll(c.whole, "new@mail", "other@mail"), 201)
	one := fmt.Sprintf("/api/%s/%v", c.path, row["id"])
	put := maps.Clone(row)
	delete(put, "id")
	seen := text(t, map[string]any{c.text: "Mine", "lock_version": 1})
	s.object("PATCH", one, seen, 200)
	for _, stale := range []struct{ method, body string }{{"PATCH", seen}, {"PATCH", `{"lock_version": 1}`}, {"PUT", text(t, put)}} {
		s.error(stale.method, one, stale.body, 409, "was changed since you read it")
	}
	put["lock_version"] = 2
	require.EqualValues(t, 3, s.object("PUT", one, text(t, put), 200)["lock_version"])
	s.error("POST", "/api/"+c.path, text(t, put), 400, `unknown member "lock_version"`)
}

// follow reads a list by the addresses in its pages.
func (s site) follow(path, way string) []int {
	var ids []int
	for pages := 0; ; pages++ {
		page := s.object("GET", path, "", 200)
		for _, row := range page["results"].([]any) {
			ids = append(ids, int(row.(map[string]any)["id"].(float64)))
		}
		to, more := page[way].(string)
		if !more || pages > 100 {
			return ids
		}
		path = to
	}
}

func TestPagesByCursor(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const first = "/api/tracks?cursor=&genre__name=Rock&limit=2&order_by=composer,-unit_price"
	page := s.object("GET", first, "", 200)
	require.Nil(t, page["prev"])
	second := s.object("GET", page["next"].(string), "", 200)
	require.Len(t, second["results"], 2)
	back := s.object("GET", second["prev"].(string), "", 200)
	require.Equal(t, page["results"], back["results"])
	require.ElementsMatch(t, s.ids("/api/tracks?genre__name=Rock"), s.follow(first, "next"))
	other := strings.Replace(page["next"].(string), "unit_price", "name", 1)
	s.error("GET", other, "", 400, "begin without one")
}

func TestUnique(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.error("POST", "/api/genres", `{"name": "Rock"}`, 409, "another row of genres has this name")
	s.error("PUT", "/api/genres/2", `{"name": "Rock"}`, 409, "another row of genres has this name")
	s.error("PATCH", "/api/genres/2", `{"name": "Rock"}`, 409, "another row of genres has this name")
	s.want("PATCH", "/api/genres/1", `{"name": "Rock"}`, 200, `{"id": 1, "name": "Rock"}`)
	s.error("PATCH", "/api/customers/2", `{"email": "clara@mail.example"}`, 409, "another row of customers has this email")
	require.Equal(t, 201, s.do("POST", "/api/playlists", `{"name": "Evening"}`).status)
}

func TestLinksGoWithTheirPlaylist(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	require.Equal(t, 7, s.rows("playlist_tracks"))
	s.error("DELETE", "/api/tracks/4", "", 409, "rows of playlist_tracks refer to this one (track_id)")
	s.want("DELETE", "/api/playlists/2", "", 204, "")
	require.Equal(t, 3, s.rows("playlist_tracks"))
	s.want("DELETE", "/api/tracks/4", "", 204, "")
}

func TestErrorsTellNothingInternal(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	require.NoError(t, s.db.Exec("ALTER TABLE artists RENAME TO elsewhere").Error)
	s.want("GET", "/api/artists", "", 500, `{"error": "something went wrong on our side"}`)
	require.NoError(t, s.db.Exec("ALTER TABLE elsewhere RENAME TO artists").Error)
	conflict := s.do("POST", "/api/genres", `{"name": "Rock"}`)
	require.NotContains(t, conflict.body, "Rock")
	require.NotContains(t, conflict.body, "SQL")
}

func TestOrderOfEqualRowsIsByKey(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	// Changed rows lie behind the others in the table.
	s.object("PATCH", "/api/tracks/1", `{"genre_id": 4}`, 200)
	s.object("PATCH", "/api/tracks/6", `{"genre_id": 4}`, 200)
	var paged []int
	for offset := range 12 {
		paged = append(paged, s.ids(fmt.Sprintf("/api/tracks?order_by=media_type_id&limit=1&offset=%d", offset))...)
	}
	require.Equal(t, []int{1, 2, 3, 4, 5, 10, 11, 12, 6, 7, 8, 9}, paged)
}

// Every filter and column that a resource declares is one of its model.
func TestDeclarations(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	declared(t, tracks(s.db))
	declared(t, albums(s.db))
	declared(t, artists(s.db))
	declared(t, genres(s.db))
	declared(t, mediaTypes(s.db))
	declared(t, playlists(s.db))
	declared(t, customers(s.db))
	declared(t, employees(s.db))
	declared(t, invoices(s.db))
}

func declared[T any](t *testing.T, r resource[T]) {
	t.Helper()
	require.NoError(t, r.rows().OrderBy(r.orderings()...).Err(), r.path)
	var columns int64
	require.NoError(t, r.db.Raw("SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public' AND table_name = ?",
		strings.ReplaceAll(r.path, "-", "_")).Scan(&columns).Error)
	require.EqualValues(t, columns, 1+len(r.columns)+len(r.readonly), "%s shows every column", r.path)
}
