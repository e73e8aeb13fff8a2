package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// browser is a program of the Chromium family.
type browser string

// browserNames are the names of the program, the most likely first.
var browserNames = []string{
	"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium",
}

func findBrowser(program string) (browser, error) {
	names := browserNames
	if program != "" {
		names = []string{program}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return browser(path), nil
		}
	}
	return "", fmt.Errorf("no browser found; install Chromium or Chrome, or name it with -browser (looked for %s)", strings.Join(names, ", "))
}

// lookTime limits the time for a picture.
const lookTime = time.Minute

// look writes a picture of the page at an address.
func (b browser) look(ctx context.Context, address string, s shot, file string) error {
	profile, err := os.MkdirTemp("", "screenshots")
	if err != nil {
		return err
	}
	defer os.RemoveAll(profile)
	file, err = filepath.Abs(file)
	if err != nil {
		return err
	}
	if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	scheme := 1 // light
	if s.dark {
		scheme = 0
	}
	args := []string{
		"--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--hide-scrollbars", "--user-data-dir=" + profile,
		fmt.Sprintf("--blink-settings=preferredColorScheme=%d", scheme),
		fmt.Sprintf("--window-size=%d,%d", s.width, s.height),
		"--screenshot=" + file,
	}
	if runtime.GOOS == "linux" && os.Geteuid() == 0 {
		args = append(args, "--no-sandbox") // root cannot use the sandbox
	}
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	said, err := exec.CommandContext(ctx, string(b), append(args, address)...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", s.name, err, said)
	}
	if _, err := os.Stat(file); err != nil {
		return fmt.Errorf("%s: the browser made no picture: %s", s.name, said)
	}
	return nil
}
