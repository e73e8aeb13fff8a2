// Command growthmodels opens a database with all models of models.go, makes a
// repository of each and writes its first statement, and prints what
// that took. The command bench growth builds it with more and more models.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"log/slog"
	"os"
	"runtime"
	"syscall"
	"time"

	"github.com/gormango/gormango"
	"gorm.io/gorm"
)

func main() {
	ctx := context.Background()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu, begun := processor(), time.Now()
	db, err := gormango.Open(ctx, gormango.Config{URL: "postgres://localhost/none", Models: all, Lazy: true, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		log.Fatal(err)
	}
	opened := time.Since(begun)
	if err := statements(db); err != nil {
		log.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if err := json.NewEncoder(os.Stdout).Encode(map[string]float64{
		"open": float64(opened), "all": float64(time.Since(begun)), "cpu": processor() - cpu, "allocs": float64(after.Mallocs - before.Mallocs),
	}); err != nil {
		log.Fatal(err)
	}
}

// processor returns the processor's time of this process in nanoseconds.
func processor() float64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(fmt.Sprint("getrusage: ", err))
	}
	return float64(used.Utime.Nano() + used.Stime.Nano())
}

// writer writes the first statement of a model.
type writer func(db *gorm.DB) error

// statements makes a repository of each model and writes a statement.
func statements(db *gorm.DB) error {
	for _, write := range writers {
		if err := write(db); err != nil {
			return err
		}
	}
	return nil
}
