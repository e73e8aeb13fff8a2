package models

import (
	"net/netip"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The rules below accept and refuse what Django's validators of the same names
// do (django.core.validators), with their codes and messages.

// Email requires a mail address as browsers and Django accept it: a local part,
// "@" and a domain name with a dot, localhost or an address in brackets. There
// is no display name.
func (c TextCheck[S]) Email() TextCheck[S] {
	return c.format(isEmail, "Enter a valid email address.", nil)
}

// URL requires an absolute URL with a host. schemes are the schemes that it may
// have. They default to http, https, ftp and ftps.
func (c TextCheck[S]) URL(schemes ...string) TextCheck[S] {
	if len(schemes) == 0 {
		schemes = []string{"http", "https", "ftp", "ftps"}
	}
	return c.format(func(s string) bool { return isURL(s, schemes) }, "Enter a valid URL.", nil)
}

// DomainName requires a domain name with a dot, in any script.
func (c TextCheck[S]) DomainName() TextCheck[S] {
	return c.format(func(s string) bool { return shorter(s, 255) && domainName.MatchString(s) }, "Enter a valid domain name.", nil)
}

// Slug requires one or more ASCII letters, digits, underscores and hyphens.
func (c TextCheck[S]) Slug() TextCheck[S] {
	return c.format(slug.MatchString, "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.", nil)
}

// UnicodeSlug requires one or more letters and digits of any script,
// underscores and hyphens.
func (c TextCheck[S]) UnicodeSlug() TextCheck[S] {
	return c.format(func(s string) bool {
		return s != "" && strings.IndexFunc(s, func(r rune) bool {
			return r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsNumber(r)
		}) < 0
	}, "Enter a valid “slug” consisting of Unicode letters, numbers, underscores, or hyphens.", nil)
}

// IPv4 requires an IPv4 address without a mask.
func (c TextCheck[S]) IPv4() TextCheck[S] { return c.address("IPv4", isIPv4) }

// IPv6 requires an IPv6 address without a mask.
func (c TextCheck[S]) IPv6() TextCheck[S] { return c.address("IPv6", isIPv6) }

// IP requires an IPv4 or IPv6 address without a mask.
func (c TextCheck[S]) IP() TextCheck[S] { return c.address("IPv4 or IPv6", isIP) }

func (c TextCheck[S]) address(protocol string, ok func(string) bool) TextCheck[S] {
	return c.format(ok, "Enter a valid "+protocol+" address.", map[string]any{"protocol": protocol})
}

// Integer requires the digits of an integer, with a minus sign or without.
func (c TextCheck[S]) Integer() TextCheck[S] {
	return c.format(integer.MatchString, "Enter a valid integer.", nil)
}

// IntegerList requires integers without a sign, separated by sep.
func (c TextCheck[S]) IntegerList(sep string) TextCheck[S] {
	message := "Enter a valid value."
	if sep == "," {
		message = "Enter only digits separated by commas."
	}
	return c.format(func(s string) bool {
		for part := range strings.SplitSeq(s, sep) {
			if !digits.MatchString(part) {
				return false
			}
		}
		return true
	}, message, nil)
}

// FileExtension requires that the name of a file ends in one of the extensions,
// which are given without a dot. Case does not matter.
func (c TextCheck[S]) FileExtension(allowed ...string) TextCheck[S] {
	if c.null {
		return c
	}
	names := make([]string, len(allowed))
	for i, a := range allowed {
		names[i] = strings.ToLower(a)
	}
	if ext := extension(string(c.v)); !slices.Contains(names, ext) {
		list := strings.Join(names, ", ")
		c.result = c.fail("invalid_extension", "File extension “"+ext+"” is not allowed. Allowed extensions are: "+list+".",
			map[string]any{"extension": ext, "allowed_extensions": list})
	}
	return c
}

// extension returns what follows the last dot of a file's name, in lower case.
// Dots at the start of the name do not count.
func extension(name string) string {
	name = strings.TrimRight(name, "/")
	for strings.HasSuffix(name, "/.") {
		name = strings.TrimRight(strings.TrimSuffix(name, "/."), "/")
	}
	name = strings.TrimLeft(path.Base(name), ".")
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return ""
	}
	return strings.ToLower(name[i+1:])
}

// Parts of regular expressions. The letters beyond ASCII are those of the basic
// plane.
const (
	letters = `a-z\x{a1}-\x{ffff}`
	label   = `[` + letters + `0-9](?:[` + letters + `0-9-]{0,61}[` + letters + `0-9])?`
	topName = `\.(?:[` + letters + `](?:[` + letters + `-]{0,61}[` + letters + `])|xn--[a-z0-9]{1,59})`
	names   = label + `(?:\.` + label + `)*` + topName
	byte256 = `(?:0|25[0-5]|2[0-4][0-9]|1[0-9]?[0-9]?|[1-9][0-9]?)`
	space   = `\s\v\x{1c}-\x{1f}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}`
	// folded are the letters beyond ASCII that Python takes for those from a to z
	// if case does not matter.
	folded = `\x{130}\x{131}\x{17f}\x{212a}`
	atom   = `[-!#$%&'*+/=?^_` + "`" + `{}|~0-9a-z` + folded + `]+`
)

var (
	slug        = regexp.MustCompile(`^[-a-zA-Z0-9_]+$`)
	integer     = regexp.MustCompile(`^-?\p{Nd}+$`)
	digits      = regexp.MustCompile(`^\p{Nd}+$`)
	domainName  = regexp.MustCompile(`(?i)^` + names + `\.?$`)
	mailDomain  = regexp.MustCompile(`(?i)^` + names + `$`)
	mailUser    = regexp.MustCompile(`(?i)^` + atom + `(?:\.` + atom + `)*$|^"(?:[\x01-\x08\x0b\x0c\x0e-\x1f!#-\[\]-\x7f` + folded + `]|\\[\x01-\x09\x0b\x0c\x0e-\x7f` + folded + `])*"$`)
	mailLiteral = regexp.MustCompile(`(?i)^\[([A-F0-9:.]+)\]$`)
	url         = regexp.MustCompile(`(?i)^[a-z0-9.+-]*://` +
		`(?:[^` + space + `:@/]+(?::[^` + space + `:@/]*)?@)?` +
		`(?:` + byte256 + `(?:\.` + byte256 + `){3}|\[[0-9a-f:.]+\]|` + names + `\.?|localhost)` +
		`(?::[0-9]{1,5})?(?:[/?#][^` + space + `]*)?$`)
	bracketed = regexp.MustCompile(`^\[(.+)\](?::[0-9]{1,5})?$`)
	futureIP  = regexp.MustCompile(`^[vV][a-fA-F0-9]+\..+$`)
)

// shorter reports whether a text has at most n characters.
func shorter(s string, n int) bool { return utf8.RuneCountInString(s) <= n }

func isEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at < 0 || !shorter(s, 320) || !mailUser.MatchString(s[:at]) {
		return false
	}
	domain := s[at+1:]
	if domain == "localhost" || mailDomain.MatchString(domain) {
		return true
	}
	literal := mailLiteral.FindStringSubmatch(domain)
	return literal != nil && isIP(literal[1])
}

func isURL(s string, schemes []string) bool {
	scheme, rest, _ := strings.Cut(s, "://")
	if !shorter(s, 2048) || strings.ContainsAny(s, "\t\r\n") || !slices.Contains(schemes, strings.ToLower(scheme)) {
		return false
	}
	host := rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		host = rest[:end]
	}
	if !splits(host) || !url.MatchString(s) {
		return false
	}
	if m := bracketed.FindStringSubmatch(host); m != nil && !isIPv6(m[1]) {
		return false
	}
	name := hostname(host)
	return name != "" && shorter(strings.ToLower(name), 253)
}

// hostname returns the host of the part of a URL before the path, without user
// and port.
func hostname(host string) string {
	host = host[strings.LastIndexByte(host, '@')+1:]
	if _, inside, ok := strings.Cut(host, "["); ok {
		name, _, _ := strings.Cut(inside, "]")
		return name
	}
	name, _, _ := strings.Cut(host, ":")
	return name
}

// splits reports whether Python's urlsplit accepts the part of a URL before the
// path: its brackets hold an address, and no character of it stands for one
// that ends it.
func splits(host string) bool {
	if strings.ContainsAny(host, "⁇⁈⁉℀℁℅℆⩴︓︖﹕﹖﹟﹫＃／：？＠") {
		return false
	}
	opened, closed := strings.Contains(host, "["), strings.Contains(host, "]")
	if opened != closed {
		return false
	}
	if !opened {
		return true
	}
	before, inside, ok := strings.Cut(host[strings.LastIndexByte(host, '@')+1:], "[")
	if _, port, _ := strings.Cut(inside, "]"); ok && (before != "" || port != "" && port[0] != ':') {
		return false
	}
	name := hostname(host)
	if strings.HasPrefix(name, "v") || strings.HasPrefix(name, "V") {
		return futureIP.MatchString(name)
	}
	return parseIPv6(name)
}

func isIPv4(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is4()
}

func isIPv6(s string) bool { return shorter(s, 39) && parseIPv6(s) }

func isIP(s string) bool { return isIPv4(s) || isIPv6(s) }

// parseIPv6 reports whether a text is an IPv6 address. It may have a zone.
func parseIPv6(s string) bool {
	s, zone, zoned := strings.Cut(s, "%")
	if zoned && (zone == "" || strings.ContainsAny(zone, "%/")) {
		return false
	}
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is6()
}
