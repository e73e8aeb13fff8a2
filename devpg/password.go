//go:build unix

package devpg

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// newPassword returns a random password of 26 characters that need no escaping.
func newPassword() string { return strings.ToLower(rand.Text()) }

// verifier returns the form in which the server stores a password (RFC 5803),
// with a single iteration. Iterations protect guessable passwords. A random one
// of 130 bits needs none, and tests open many connections.
func verifier(password string) (string, error) {
	salt := make([]byte, 16)
	rand.Read(salt) // never fails
	salted, err := pbkdf2.Key(sha256.New, password, salt, 1, sha256.Size)
	if err != nil {
		return "", fmt.Errorf("devpg: derive the password's verifier: %w", err)
	}
	stored := sha256.Sum256(keyed(salted, "Client Key"))
	encode := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("SCRAM-SHA-256$1:%s$%s:%s", encode(salt), encode(stored[:]), encode(keyed(salted, "Server Key"))), nil
}

func keyed(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// writePassword writes the file "password" of a cluster's folder.
func writePassword(dir, password string) error {
	if err := os.WriteFile(filepath.Join(dir, "password"), []byte(password+"\n"), 0o600); err != nil {
		return fmt.Errorf("devpg: write the password: %w", err)
	}
	return nil
}

// readPassword reads the file with a cluster's password.
func readPassword(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(string(text)), nil
}
