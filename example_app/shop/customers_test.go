package shop

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCustomerList(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.page("/customers").sends(1).shows("Tom Archer", "Archer & Sons", "Yuki Mori", "Tokyo", "clara@mail.example").has(`<a href="/customers" aria-current="page">`)
	s.page("/customers?q=praha").shows("Clara Novak").hides("Tom Archer")
	s.page("/customers?q=clara+novak").shows("Clara Novak")
	s.page("/customers?q=nobody").shows("No customer matches.")
	s.page(s.page("/customers?limit=2").hides("Clara").link("Next")).shows("Clara")
	s.page(s.page("/customers").link("Country")).has(`aria-sort="ascending"`)
	s.get("/customers?email=x").is(400)
}

func TestCustomer(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.page("/customers/1").sends(2).shows("Clara Novak", "Dlouhá 12", "Looked after by Rita Silva", "Invoice 1", "3 February 2025", "1.98").hides("Fax")
	s.page("/customers/3").shows("Nothing was bought yet.").hides("Looked after by")
	first := s.page("/customers/1?limit=1").shows("Invoice 3").hides("Invoice 1 ")
	s.page(first.link("Next")).shows("Invoice 1").hides("Invoice 3")
	s.page(s.page("/customers/1").link("Total")).has(`aria-sort="ascending"`)
	s.get("/customers/1?q=1").is(400)
	for _, path := range []string{"/customers/9", "/customers/9/edit", "/customers/x"} {
		s.get(path).is(404)
	}
}

func TestCustomerEdit(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	const path = "/customers/1/edit"
	form := s.page(path).sends(2).fields(path)
	require.Equal(t, "3", form.Get("support_rep_id"))
	for range 2 {
		s.post(path, with(form, "city", "Brno", "fax", " ", "phone", "\u202eمرحبا", "support_rep_id", "")).redirects("/customers/1")
		s.page("/customers/1").shows("Saved Clara Novak.", "Brno", "\u202eمرحبا").hides("Looked after by")
	}
	var fax *string
	require.NoError(t, s.db.Raw("SELECT fax FROM customers WHERE id = 1").Scan(&fax).Error)
	require.Nil(t, fax, "what is empty is NULL")

	// This visitor opened the page before the change.
	a := s.post(path, with(form, "city", "Praha", "company", "<script>alert(1)</script>")).is(409).
		shows("This was changed while you edited it", "Now stored: Brno", "Now stored: None", "Now stored: nothing").
		has(`value="Praha"`, `value="&lt;script&gt;alert(1)&lt;/script&gt;"`)
	require.NotContains(t, a.body, "<script>")
	a.post(s, path).redirects("/customers/1")
	s.page("/customers/1").shows("Praha", "<script>alert(1)</script>", "Looked after by Rita Silva")
}

func TestCustomerEditRefuses(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	const path = "/customers/1/edit"
	form := s.page(path).fields(path)
	for _, field := range slices.Sorted(maps.Keys(form)) {
		for _, value := range []string{strings.Repeat("long ", 2000), "\x00", "\xff", "<script>"} {
			a := s.post(path, with(form, field, value))
			require.NotContains(t, a.body, "<script>")
			switch {
			case field == "once" && value == "<script>", a.status == 303: // it fits
			case field == "once":
			case field == "lock_version":
				a.is(400)
			default:
				a.is(422).has(`aria-describedby="` + field + `-error"`)
			}
			require.Less(t, a.status, 500)
			if a.status == 303 {
				form = s.page(path).fields(path)
			}
		}
	}
	for field, c := range map[string][2]string{
		"email":          {"tom@mail.example", "already exists."},
		"first_name":     {"", "This field cannot be blank."},
		"support_rep_id": {"99", "does not exist."},
		"lock_version":   {"", "no version"},
	} {
		a := s.post(path, with(form, field, c[0]))
		require.Contains(t, []int{400, 422}, a.status)
		a.shows(c[1])
	}
	s.post("/customers/9/edit", form).is(404)
}

// One of ten concurrent saves of a customer succeeds, and the others get an
// error.
func TestCustomerEditsAtOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	const path = "/customers/1/edit"
	form := s.page(path).fields(path)
	var saved, told atomic.Int64
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Go(func() {
			browser := s
			browser.log = &statements{}
			a := browser.post(path, with(form, "once", fmt.Sprint(i), "city", fmt.Sprint("City ", i)))
			switch a.status {
			case 303:
				saved.Add(1)
			case 409:
				told.Add(1)
				a.shows("Now stored: City ")
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, saved.Load())
	require.EqualValues(t, 9, told.Load())
}
