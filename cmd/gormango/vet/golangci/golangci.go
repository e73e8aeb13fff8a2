// Package golangci makes the analyzer of package vet a linter of golangci-lint,
// by the module plugin system: importing it registers "gormango". See
// docs/vet.md of gormango.
package golangci

import (
	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/gormango/gormango/cmd/gormango/vet"
)

func init() { register.Plugin(vet.Analyzer.Name, New) }

// New returns the plugin, which has no settings.
func New(any) (register.LinterPlugin, error) { return plugin{}, nil }

type plugin struct{}

// BuildAnalyzers returns the analyzer.
func (plugin) BuildAnalyzers() ([]*analysis.Analyzer, error) {
	return []*analysis.Analyzer{vet.Analyzer}, nil
}

// GetLoadMode returns that the analyzer needs types.
func (plugin) GetLoadMode() string { return register.LoadModeTypesInfo }
