package migrate

import (
	"context"
	"regexp"
)

var detachForm = regexp.MustCompile(`(?is)^ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(` + pathForm + `)\s+DETACH\s+PARTITION\s+(` + pathForm + `)\s+CONCURRENTLY$`)

// detached returns the statement that ends what an earlier run of sql has
// begun: that of a partition that is being detached, or none for one that is no
// partition any more. sql itself is returned where nothing has begun.
func (r *Runner) detached(ctx context.Context, sql string) (string, error) {
	m := detachForm.FindStringSubmatch(sql)
	if m == nil {
		return sql, nil
	}
	var states []bool
	if err := session(ctx, r.db).Raw(`SELECT inhdetachpending FROM pg_inherits WHERE inhparent = to_regclass(?) AND inhrelid = to_regclass(?)`, m[1], m[2]).Scan(&states).Error; err != nil {
		return "", err
	}
	switch {
	case len(states) == 0:
		return "", nil
	case states[0]:
		return "ALTER TABLE " + m[1] + " DETACH PARTITION " + m[2] + " FINALIZE", nil
	}
	return sql, nil
}
