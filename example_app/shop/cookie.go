package shop

import (
	"net/http"

	"github.com/gormango/gormango/example_app/web"
)

// setCookie sets a cookie of the whole site that no script can read, that other
// sites do not send, and that leaves an encrypted connection only encrypted.
func setCookie(w http.ResponseWriter, r *http.Request, name, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: web.HTTPS(r), SameSite: http.SameSiteLaxMode,
	})
}
