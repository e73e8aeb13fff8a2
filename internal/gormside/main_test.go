package gormside_test

import (
	"testing"

	"github.com/gormango/gormango/internal/opentest"
)

func TestMain(m *testing.M) { opentest.Main(m) }

var open = opentest.Open
