package golangci_test

import (
	"testing"

	"github.com/golangci/plugin-module-register/register"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/analysis"

	"github.com/gormango/gormango/cmd/gormango/vet"
	_ "github.com/gormango/gormango/cmd/gormango/vet/golangci"
)

// golangci-lint finds the plugin by its name, and the analyzer is one that it
// accepts.
func TestRegistered(t *testing.T) {
	t.Parallel()
	newPlugin, err := register.GetPlugin("gormango")
	require.NoError(t, err)
	plugin, err := newPlugin(nil)
	require.NoError(t, err)
	require.Equal(t, register.LoadModeTypesInfo, plugin.GetLoadMode())
	analyzers, err := plugin.BuildAnalyzers()
	require.NoError(t, err)
	require.Equal(t, []*analysis.Analyzer{vet.Analyzer}, analyzers)
	require.NoError(t, analysis.Validate(analyzers))
}
