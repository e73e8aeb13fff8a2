package web

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Hosts are the names that a server answers for, as Django's ALLOWED_HOSTS: a
// page of another site whose name leads to this server, by DNS rebinding, must
// not read its data in a visitor's browser. Loopback names, and the address at
// which the request came in, are always among them.
type Hosts []string

// Guard returns next for requests to one of the hosts. Others are a 400.
func (h Hosts) Guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !h.has(r) {
			http.Error(w, "this server does not answer for that host", http.StatusBadRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (h Hosts) has(r *http.Request) bool {
	name := hostname(r.Host)
	if slices.ContainsFunc(h, func(host string) bool { return name == hostname(host) }) && name != "" {
		return true
	}
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(name)
	if err != nil {
		return false
	}
	// No name leads here, so that the page can only be one of this server.
	return ip.IsLoopback() || ip == localAddr(r)
}

// hostname returns a host in lower case, without port, brackets and the dot of
// the root.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// localAddr returns the address at which a request came in.
func localAddr(r *http.Request) netip.Addr {
	at, _ := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	if at == nil {
		return netip.Addr{}
	}
	return at.AddrPort().Addr().Unmap().WithZone("")
}
