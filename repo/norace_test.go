//go:build !race

package repo_test

const underRace = false
