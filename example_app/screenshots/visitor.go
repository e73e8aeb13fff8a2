package main

import (
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
)

// visitor is a proxy for the browser, which can only open addresses. It keeps
// cookies from picture to picture and sends the forms that a picture needs.
type visitor struct {
	site   http.Handler
	post   []form // forms to send before the next page; the answer to the last one may be the page
	status int    // of the last page

	mu      sync.Mutex
	cookies map[string]*http.Cookie
}

// form is the content of a sent form.
type form struct {
	path   string
	values url.Values
}

// ServeHTTP implements http.Handler.
func (v *visitor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	page := !strings.HasPrefix(r.URL.Path, "/static/") && !strings.HasPrefix(r.URL.Path, "/charts/")
	if page {
		v.mu.Lock()
		defer v.mu.Unlock()
		for _, f := range v.post {
			values := url.Values{"once": {rand.Text()}}
			for name, texts := range f.values {
				values[name] = texts
			}
			req := httptest.NewRequest(http.MethodPost, f.path, strings.NewReader(values.Encode())).WithContext(r.Context())
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			answer := v.ask(req)
			if answer.Code >= http.StatusBadRequest { // the form with its errors
				v.answer(w, answer)
				v.post = nil
				return
			}
		}
		v.post = nil
		v.answer(w, v.ask(r))
		return
	}
	v.site.ServeHTTP(w, r)
}

func (v *visitor) ask(r *http.Request) *httptest.ResponseRecorder {
	for _, c := range v.cookies {
		r.AddCookie(c)
	}
	answer := httptest.NewRecorder()
	v.site.ServeHTTP(answer, r)
	for _, c := range answer.Result().Cookies() {
		if v.cookies == nil {
			v.cookies = map[string]*http.Cookie{}
		}
		v.cookies[c.Name] = c
		if c.MaxAge < 0 {
			delete(v.cookies, c.Name)
		}
	}
	return answer
}

func (v *visitor) answer(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	for name, texts := range answer.Header() {
		if name != "Set-Cookie" {
			w.Header()[name] = texts
		}
	}
	v.status = answer.Code
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}
