package repo

import (
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// here is this package's import path, as it stands in the names of its functions.
var here = func() string {
	pc, _, _, _ := runtime.Caller(0)
	name := runtime.FuncForPC(pc).Name()
	return name[:strings.LastIndex(name, "/")+1] + "repo."
}()

// caller gives the line outside this package that called into it,
// "catalog/views.go:42". It is asked only where there is an error to report.
func caller() string {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		f, more := frames.Next()
		if f.Function != "" && (!strings.HasPrefix(f.Function, here) || strings.HasSuffix(f.File, "_test.go")) {
			dir, file := filepath.Split(f.File)
			return filepath.Base(dir) + "/" + file + ":" + strconv.Itoa(f.Line)
		}
		if !more {
			return ""
		}
	}
}
