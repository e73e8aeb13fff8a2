package repotest

import (
	"context"
	"sync"
	"testing"

	"gorm.io/gorm"

	"github.com/gormango/gormango"
)

// shared holds the databases of [Shared] by the sums of their models.
var shared = struct {
	sync.Mutex
	bySum map[string]*gorm.DB
}{bySum: map[string]*gorm.DB{}}

// Shared returns a database with the tables of models that all tests of this
// process share, for [Tx]. What a test commits there is seen by the others. The
// first call creates it as [Open] does; it is dropped like the database of a
// killed test. Its warnings go to the log of the process.
func Shared(t testing.TB, models ...any) *gorm.DB {
	t.Helper()
	server, sum := serverURL(t), ""
	var err error
	if len(models) > 0 {
		if sum, err = sumOf(server, models); err != nil {
			t.Fatal(err)
		}
	}
	shared.Lock()
	defer shared.Unlock()
	if db := shared.bySum[sum]; db != nil {
		return db
	}
	name := databaseName()
	if len(models) == 0 {
		err = createDatabase(server, name, "template0")
	} else {
		name, err = cloneOf(server, models)
	}
	if err != nil {
		t.Fatal(err)
	}
	url, err := withDatabase(server, name)
	if err != nil {
		t.Fatal(err)
	}
	db, err := gormango.Open(context.Background(), observed(gormango.Config{URL: url, Models: models, Logger: processLog()}, nil))
	if err != nil {
		t.Fatal(err)
	}
	shared.bySum[sum] = db
	return db
}
