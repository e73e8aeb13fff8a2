//go:build race

package main

// Under the race detector a part of the recorded answers is compared: all of them are without it.
const stride = 8
