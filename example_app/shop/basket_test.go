package shop

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/example_app/store"
)

// buy returns the form that buys the basket, filled in for a customer.
func (s shop) buy(customer string) url.Values {
	s.t.Helper()
	return with(s.page("/basket").fields("/basket/checkout"), "customer_id", customer)
}

func TestBasket(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.page("/basket").sends(0).shows("The basket is empty.")
	s.post("/basket/items", url.Values{"track_id": {"1"}}).redirects("/basket")
	s.post("/basket/items", url.Values{"track_id": {"1"}, "quantity": {"2"}}).redirects("/basket")
	s.post("/basket/items", url.Values{"track_id": {"12"}}).redirects("/basket")
	s.page("/basket").sends(3).shows("“Demo Without Album” is in the basket.", "Street of Lights", "The Paper Lanterns", "2.97", "Buy for 2.97").
		has(`<a href="/basket" aria-current="page">`, `value="3" inputmode="numeric"`)
	// Another visitor has another basket.
	other := s
	other.client = newBrowser(t)
	other.page("/basket").shows("The basket is empty.")

	s.post("/basket/items/1", url.Values{"quantity": {"5"}}).redirects("/basket")
	s.page("/basket").shows("Changed the quantity.", "Buy for 4.95")
	s.post("/basket/items/2", url.Values{"quantity": {"0"}}).redirects("/basket")
	s.page("/basket").shows("Removed the track.").hides("Demo Without Album")
	s.post("/basket/items/2", url.Values{"quantity": {"1"}}).is(409).shows("no longer in the basket")
	other.post("/basket/items/1", url.Values{"quantity": {"0"}}).is(409).shows("The basket is empty.")

	got := s.post("/basket/checkout", s.buy("2")).redirects("/invoices/4")
	require.LessOrEqual(t, len(got.sent), 12)
	s.page("/invoices/4").sends(2).shows("Thank you. This is the invoice.", "Tom Archer", "4 Mill Lane", "Street of Lights", "The Paper Lanterns", "4.95")
	s.page("/basket").sends(2).shows("The basket was bought: Invoice 4", "The basket is empty.")
	s.post("/basket/items", url.Values{"track_id": {"2"}}).redirects("/basket")
	s.page("/basket").shows("Last Tram Home", "Buy for 0.99")
	require.Equal(t, 2, s.rows("baskets"))
}

// Adding to the basket redirects to the page of the form and to no other site.
func TestBasketLeadsBack(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for referer, want := range map[string]string{
		"":                                      "/basket",
		s.url + "/tracks?q=love&order_by=-name": "/tracks?q=love&order_by=-name",
		s.url + "/basket?q=x":                   "/basket",
		s.url + "/basket/checkout":              "/basket",
		s.url + "//evil.example/":               "/basket",
		"https://evil.example/tracks":           "/basket",
		"%zz":                                   "/basket",
	} {
		values := url.Values{"track_id": {"1"}, "once": {"for " + referer}}
		req, err := http.NewRequestWithContext(t.Context(), "POST", s.url+"/basket/items", strings.NewReader(values.Encode()))
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Referer", referer)
		s.do(req).redirects(want)
	}
}

func TestBasketRefuses(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.post("/basket/items", url.Values{"track_id": {"1"}}).redirects("/basket")
	for name, c := range map[string]struct {
		path, field, value string
		status             int
		want               string
	}{
		"no track":        {"/basket/items", "track_id", "99", 404, "no longer has this track"},
		"no number":       {"/basket/items", "track_id", "<script>", 400, "has no track"},
		"nothing":         {"/basket/items", "quantity", "1", 400, "has no track"},
		"quantity word":   {"/basket/items/1", "quantity", "<script>", 422, "Enter a whole number."},
		"quantity empty":  {"/basket/items/1", "quantity", "", 422, "This field is required."},
		"quantity below":  {"/basket/items/1", "quantity", "-1", 422, "1"},
		"quantity above":  {"/basket/items/1", "quantity", "1001", 422, "1000"},
		"quantity huge":   {"/basket/items/1", "quantity", strings.Repeat("9", 10000), 422, "Enter a whole number."},
		"quantity NUL":    {"/basket/items/1", "quantity", "\x00", 422, "control characters"},
		"no item":         {"/basket/items/x", "quantity", "1", 404, "Page not found"},
		"no customer":     {"/basket/checkout", "customer_id", "99", 422, "no longer exists"},
		"none chosen":     {"/basket/checkout", "customer_id", "", 422, "This field is required."},
		"customer's text": {"/basket/checkout", "customer_id", "\xff", 422, "control characters"},
		"another total":   {"/basket/checkout", "total", "0.98", 409, "the basket has changed since you saw it"},
		"no total":        {"/basket/checkout", "total", "x", 400, "has no total"},
	} {
		values := url.Values{c.field: {c.value}}
		if c.path == "/basket/checkout" {
			values = with(s.buy("1"), c.field, c.value)
		}
		a := s.post(c.path, values)
		require.Equal(t, c.status, a.status, name)
		a.shows(c.want)
		if a.status == 422 {
			require.Contains(t, a.body, "aria-invalid", name)
			require.Equal(t, 1, strings.Count(a.body, " autofocus"), name)
		}
	}
	s.post("/basket/items", url.Values{"track_id": {"1"}, "quantity": {"1000"}}).is(422).shows("from 1 to 1000 pieces")
	s.page("/basket").shows("Buy for 0.99")
	require.Equal(t, 3, s.rows("invoices"))
}

func TestBasketPrices(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.post("/basket/items", url.Values{"track_id": {"1"}}).redirects("/basket")
	form := s.buy("1")
	setPrice(t, s.db, 1, "1.29")
	s.page("/basket").shows("The price was 0.99, is now 1.29.", "Accept the new prices").hides("Buy for")
	s.post("/basket/checkout", form).is(409).shows("a price has changed", "The price was 0.99, is now 1.29.")
	require.Equal(t, 3, s.rows("invoices"))
	s.post("/basket/prices", url.Values{}).redirects("/basket")
	s.page("/basket").shows("Buy for 1.29").hides("The price was")
	s.post("/basket/checkout", form).is(409).shows("the basket has changed")
	s.post("/basket/checkout", s.buy("1")).redirects("/invoices/4")
	s.page("/invoices/4").shows("1.29").hides("0.99")
}

func TestBasketFindsTheCustomer(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.post("/basket/items", url.Values{"track_id": {"1"}}).redirects("/basket")
	s.page("/basket").shows("Novak, Clara (clara@mail.example)", "Mori, Yuki")
	a := s.page("/basket?q=mori").sends(3).shows("Mori, Yuki").hides("Novak")
	a.post(s, "/basket/checkout?q=mori", "customer_id", "").is(422).shows("Mori, Yuki").hides("Novak")
	s.page("/basket?q=nobody").shows("No customer matches.")
	s.get("/basket?x=1").is(400)
	a.post(s, "/basket/checkout?q=mori", "customer_id", "3").redirects("/invoices/4")
}

// post sends the form with an action, with changed values.
func (a answer) post(s shop, action string, changes ...string) answer {
	a.t.Helper()
	return s.post(action, with(a.fields(action), changes...))
}

// A double click on the first "Add to basket": the browser has no cookie yet,
// and both answers lead to the basket with one piece.
func TestBasketDoubleClick(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for round, path := range []string{"empty", "bought"} {
		jar := s.client.Jar
		answers := make([]answer, 10)
		var wg sync.WaitGroup
		for i := range answers {
			wg.Go(func() {
				browser := s
				browser.log = &statements{}
				browser.client = &http.Client{Jar: copyJar(t, jar, s.url), CheckRedirect: s.client.CheckRedirect}
				answers[i] = browser.post("/basket/items", url.Values{"track_id": {"1"}, "once": {path}})
			})
		}
		wg.Wait()
		for _, a := range answers {
			a.redirects("/basket")
			require.Contains(t, a.header.Values("Set-Cookie")[0], "basket=")
			require.Equal(t, answers[0].header.Values("Set-Cookie")[0], a.header.Values("Set-Cookie")[0])
		}
		require.Equal(t, round+1, s.rows("baskets"), path)
		cookie, err := http.ParseSetCookie(answers[9].header.Values("Set-Cookie")[0])
		require.NoError(t, err)
		require.True(t, cookie.HttpOnly)
		s.client.Jar.SetCookies(mustParse(t, s.url), []*http.Cookie{{Name: cookie.Name, Value: cookie.Value, Path: "/"}})
		s.page("/basket").shows("Buy for 0.99")
		s.post("/basket/checkout", s.buy("1")).redirects(fmt.Sprintf("/invoices/%d", 4+round))
	}
}

func mustParse(t testing.TB, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	require.NoError(t, err)
	return u
}

func copyJar(t testing.TB, jar http.CookieJar, site string) http.CookieJar {
	t.Helper()
	out, err := cookiejar.New(nil)
	require.NoError(t, err)
	out.SetCookies(mustParse(t, site), jar.Cookies(mustParse(t, site)))
	return out
}

// A basket has a token that was made here: one of the visitor's choice, of a
// basket that is gone or of one that was bought is replaced.
func TestBasketTokens(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	site := mustParse(t, s.url)
	held := func() string {
		for _, c := range s.client.Jar.Cookies(site) {
			if c.Name == basketCookie {
				return c.Value
			}
		}
		return ""
	}
	seen := map[string]bool{}
	add := func(once string) string {
		t.Helper()
		s.post("/basket/items", url.Values{"track_id": {"1"}, "once": {once}}).is(303)
		token := held()
		require.True(t, store.IsBasketToken(token), token)
		return token
	}
	for i, chosen := range []string{"", tokenA, strings.Repeat("0", 32), "short", "A" + tokenA[1:]} {
		s.client.Jar, _ = cookiejar.New(nil)
		s.client.Jar.SetCookies(site, []*http.Cookie{{Name: basketCookie, Value: chosen, Path: "/"}})
		token := add(fmt.Sprint("a", i))
		require.NotEqual(t, chosen, token)
		require.False(t, seen[token])
		seen[token] = true
		require.Equal(t, token, add(fmt.Sprint("b", i)), "the basket stays")
		s.page("/basket").shows("Buy for 1.98")
	}
	require.Equal(t, len(seen), s.rows("baskets"))
	bought := held()
	s.post("/basket/checkout", s.buy("1")).is(303)
	require.NotEqual(t, bought, add("c"), "a token has one basket")

	require.NoError(t, s.db.Exec("DELETE FROM baskets").Error)
	gone := held()
	require.NotEqual(t, gone, add("d"))

	// The form's token, which the visitor can choose, does not say the basket's.
	sum := sha256.Sum256([]byte("basket\nd"))
	require.NotEqual(t, hex.EncodeToString(sum[:16]), held())
}

func TestBasketIsBounded(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	require.NoError(t, s.db.Exec("INSERT INTO tracks (name, media_type_id, milliseconds, unit_price, lock_version) SELECT 'Filler ' || n, 1, 1, 1, 1 FROM generate_series(1, 120) n").Error)
	s.post("/basket/items", url.Values{"track_id": {"1"}}).is(303)
	require.NoError(t, s.db.Exec("INSERT INTO basket_items (basket_id, track_id, unit_price, quantity) SELECT 1, id, 1, 1 FROM tracks WHERE name LIKE 'Filler%' ORDER BY id LIMIT 99").Error)
	s.post("/basket/items", url.Values{"track_id": {"2"}}).is(409).shows("a basket holds at most 100 tracks")
	s.post("/basket/items", url.Values{"track_id": {"1"}}).is(303)
	require.Equal(t, store.MaxLines, s.rows("basket_items"))
	s.post("/basket/checkout", s.buy("1")).redirects("/invoices/4")
	s.page("/invoices/4").sends(2).shows("Filler 1")
}

// The button that buys is pressed twenty times at once, in one tab and in many.
func TestCheckoutDoubleClick(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.post("/basket/items", url.Values{"track_id": {"1"}}).redirects("/basket")
	one, two := s.buy("1"), s.buy("2")
	require.NotEqual(t, one.Get("once"), two.Get("once"))
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			browser := s
			browser.log = &statements{}
			form := one
			if i%2 == 1 {
				form = two
			}
			browser.post("/basket/checkout", form).redirects("/invoices/4")
		})
	}
	wg.Wait()
	require.Equal(t, 4, s.rows("invoices"))
	// The back button comes after that.
	s.post("/basket/checkout", one).redirects("/invoices/4")
	s.post("/basket/checkout", with(one, "once", "new", "customer_id", "3")).redirects("/invoices/4")
	require.Equal(t, 4, s.rows("invoices"))
	s.post("/basket/items/1", url.Values{"quantity": {"2"}}).is(409).shows("was bought in the meantime")
}

// Every form of the basket acts once if it is sent twice.
func TestBasketFormsActOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.post("/basket/items", url.Values{"track_id": {"1"}}).redirects("/basket")
	s.post("/basket/items", url.Values{"track_id": {"8"}}).redirects("/basket")
	for _, path := range []string{"/basket/items", "/basket/items/1"} {
		form := url.Values{"track_id": {"1"}, "quantity": {"3"}, "once": {path}}
		for range 3 {
			s.post(path, form).redirects("/basket")
		}
	}
	s.page("/basket").shows("Buy for 4.47")
	remove := url.Values{"quantity": {"0"}, "once": {"r"}}
	for range 3 {
		s.post("/basket/items/2", remove).redirects("/basket")
		s.page("/basket").shows("Removed the track.")
	}
}
