//go:build race

package repo_test

// The race detector makes long lists slow: some of their tests are left out.
const underRace = true
