package compile

import "strconv"

// Whole returns the statement st, which writes rows, as one that fails by a
// division by zero unless it writes n rows. So it writes all or none without a
// transaction around it. It reads what st reads, or the number of rows.
func (st *Stmt) Whole(n int64) *Stmt {
	out := *st
	out.Args = append(st.Args[:len(st.Args):len(st.Args)], n)
	out.Shape, out.keys = nil, nil
	written, test := st.SQL, "(count(*) = $"+strconv.Itoa(len(out.Args))+"::bigint)::int"
	if len(st.Objects) > 0 {
		out.SQL = "WITH written AS (" + written + ") SELECT * FROM written WHERE (SELECT 1 / " + test + " FROM written) = 1"
		return &out
	}
	out.SQL = "WITH written AS (" + written + " RETURNING 1) SELECT count(*) / " + test + " FROM written"
	return &out
}
