package connect_test

import (
	"testing"

	"github.com/gormango/gormango/internal/opentest"
)

func TestMain(m *testing.M) { opentest.Main(m) }

var open, show = opentest.Open, opentest.Show
