package pgpool

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// trace keeps where a call came from. Taking it is cheap; the text is made only
// for an error.
type trace struct {
	pcs [24]uintptr
	n   int
}

func (t *trace) take(skip int) { t.n = runtime.Callers(skip+2, t.pcs[:]) }

// libraries are the functions that an application's programmer does not want to
// see.
var libraries = []string{
	"database/sql.", "runtime.", "reflect.", "gorm.io/", "github.com/jackc/",
	"github.com/gormango/gormango.", "github.com/gormango/gormango/internal/",
	"github.com/gormango/gormango/repo", "github.com/gormango/gormango/txutil.",
	"github.com/gormango/gormango/migrate.",
}

// String names the first line outside of the libraries, as dir/file.go:12.
func (t *trace) String() string {
	if t.n == 0 {
		return "an unknown line"
	}
	frames := runtime.CallersFrames(t.pcs[:t.n])
	last := ""
	for {
		f, more := frames.Next()
		if f.File != "" {
			line := fmt.Sprintf("%s/%s:%d", filepath.Base(filepath.Dir(f.File)), filepath.Base(f.File), f.Line)
			if !library(f) {
				return line
			}
			last = line
		}
		if !more {
			return last
		}
	}
}

func library(f runtime.Frame) bool {
	return !strings.HasSuffix(f.File, "_test.go") &&
		slices.ContainsFunc(libraries, func(prefix string) bool { return strings.HasPrefix(f.Function, prefix) })
}
