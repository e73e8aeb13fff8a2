package rowcodec

import (
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// Values reads the columns of one result as database/sql sees them, for rows
// whose columns fill no struct: int64, float64, bool, string, []byte, time.Time.
// It belongs to the connection whose type map it was made with and is not safe for
// concurrent use.
type Values struct{ plan Plan }

// NewValues serves a result with the columns fds. Times come where [NewPlan] has them.
func NewValues(fds []pgconn.FieldDescription, tm *pgtype.Map) *Values {
	v := &Values{Plan{program: &program{}, types: tm}}
	v.plan.locate()
	for _, fd := range fds {
		c := column{oid: fd.DataTypeOID, format: fd.Format}
		c.standard, _ = standardTypes.TypeForOID(c.oid)
		c.origin = originOf(tm, c.oid, c.standard)
		c.how = howFor(&c)
		v.plan.columns = append(v.plan.columns, c)
	}
	return v
}

// At gives the value of column i, nil for NULL. Nothing of src is kept. An infinite
// time is the text that the server writes. The error is [ErrCorrupt] or that of the connection's codec.
func (v *Values) At(i int, src []byte) (any, error) {
	if src == nil {
		return nil, nil
	}
	return v.plan.value(&v.plan.columns[i], src)
}
