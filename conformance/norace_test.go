//go:build !race

package main

const stride = 1
