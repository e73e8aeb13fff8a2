package migrate

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
)

// sumFile is the name of the file with the checksums.
const sumFile = "migrations.sum"

// sumLine is a line of migrations.sum: a file, the checksum of its content, and
// one of the line before and this one. By the second, two branches that add a
// file each conflict in their merge, as they must.
type sumLine struct{ file, content, chain string }

func hash(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return hex.EncodeToString(sum[:12]) // the contents have whole sums of their own
}

// contentSum returns the checksum of a file's text. Line ends are not part of
// it, since git may change them.
func contentSum(text string) string {
	sum := sha256.Sum256([]byte(strings.ReplaceAll(text, "\r\n", "\n")))
	return hex.EncodeToString(sum[:])
}

// sums returns the text of migrations.sum for files, by their names.
func sums(files map[string]string) string {
	var b strings.Builder
	chain := ""
	for _, name := range slices.Sorted(maps.Keys(files)) {
		content := contentSum(files[name])
		chain = hash(chain, name, content)
		b.WriteString(name + " " + content + " " + chain + "\n")
	}
	return b.String()
}

func parseSums(text []byte) ([]sumLine, error) {
	var out []sumLine
	for line := range bytes.Lines(text) {
		fields := strings.Fields(string(line))
		if len(fields) == 0 {
			continue
		}
		if len(fields) != 3 {
			return nil, &ChecksumError{Kind: "damaged", File: fields[0]}
		}
		out = append(out, sumLine{fields[0], fields[1], fields[2]})
	}
	return out, nil
}

// checkSums compares files, by their names, with the text of migrations.sum.
// The error is a *ChecksumError.
func checkSums(files map[string]string, text []byte) error {
	lines, err := parseSums(text)
	if err != nil {
		return err
	}
	recorded := map[string]string{}
	for i, l := range lines {
		if i > 0 && l.file <= lines[i-1].file {
			return &ChecksumError{Kind: "reordered", File: l.file, Other: lines[i-1].file}
		}
		recorded[l.file] = l.content
	}
	for _, l := range lines {
		if _, there := files[l.file]; there {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(files)) {
			if recorded[name] == "" && contentSum(files[name]) == l.content {
				return &ChecksumError{Kind: "renamed", File: l.file, Other: name}
			}
		}
		return &ChecksumError{Kind: "missing", File: l.file}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if recorded[name] == "" {
			return &ChecksumError{Kind: "unlisted", File: name}
		}
	}
	for _, l := range lines {
		if contentSum(files[l.file]) == l.content {
			continue
		}
		for _, other := range lines {
			if other.file != l.file && contentSum(files[other.file]) == l.content && contentSum(files[l.file]) == other.content {
				return &ChecksumError{Kind: "swapped", File: l.file, Other: other.file}
			}
		}
		return &ChecksumError{Kind: "edited", File: l.file}
	}
	chain := ""
	for _, l := range lines {
		if chain = hash(chain, l.file, l.content); chain != l.chain {
			return &ChecksumError{Kind: "damaged", File: l.file}
		}
	}
	return nil
}
