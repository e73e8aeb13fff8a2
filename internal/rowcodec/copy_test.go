package rowcodec_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"testing/iotest"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/internal/rowcodec"
)

// The data of a COPY is what pgx makes of the same values, whatever the size of
// the reads, and an error is pgx's.
func TestCopyIsThatOfPgx(t *testing.T) {
	t.Parallel()
	oids := []uint32{}
	for oid := range encodedOIDs {
		oids = append(oids, oid)
	}
	slices.Sort(oids)
	m, refused := pgtype.NewMap(), 0
	rowcodec.RegisterTimes(m, berlin)
	const n = 3
	for seed := range uint64(longtest.Count(300, 10_000)) {
		r := rand.New(rand.NewPCG(seed, 2))
		objs := make([]any, n)
		for i := range objs {
			o := new(written)
			for at := range reflect.TypeFor[written]().NumField() {
				fill(r, reflect.ValueOf(o).Elem().Field(at))
			}
			objs[i] = o
		}
		var columns []rowcodec.CopyColumn
		for _, f := range fields(t, new(written)) {
			source, _ := rowcodec.SourceOf(f)
			if r.IntN(4) == 0 {
				source = rowcodec.Source{}
			}
			value := func(i int) any { return reflect.ValueOf(objs[i]).Elem().FieldByName(f.Name).Interface() }
			oid := oids[r.IntN(len(oids))]
			if _, err := m.Encode(oid, pgtype.BinaryFormatCode, value(0), nil); err != nil && r.IntN(20) > 0 {
				continue
			}
			columns = append(columns, rowcodec.CopyColumn{OID: oid, Source: source, Value: value})
		}
		want := []byte("PGCOPY\n\377\r\n\000\000\000\000\000\000\000\000\000")
		var wantErr error
		for i := 0; i < n && wantErr == nil; i++ {
			want = binary.BigEndian.AppendUint16(want, uint16(len(columns)))
			for _, c := range columns {
				var value []byte
				if value, wantErr = m.Encode(c.OID, pgtype.BinaryFormatCode, c.Value(i), []byte{}); wantErr != nil {
					break
				}
				if value == nil {
					want = binary.BigEndian.AppendUint32(want, 1<<32-1)
					continue
				}
				want = append(binary.BigEndian.AppendUint32(want, uint32(len(value))), value...)
			}
		}
		var data io.Reader = rowcodec.NewCopy(objs, reflect.TypeFor[written](), columns, m)
		if r.IntN(2) == 0 {
			data = iotest.OneByteReader(data)
		}
		got, err := io.ReadAll(data)
		if err != nil {
			refused++
			require.Error(t, wantErr)
			require.Equal(t, wantErr.Error(), err.Error())
			continue
		}
		if wantErr == nil { // otherwise the text of the value was written
			require.Equal(t, want, got)
		}
	}
	require.Positive(t, refused)
}

// Reads get whole rows, about as many bytes as they have room for.
func TestCopyFillsReads(t *testing.T) {
	t.Parallel()
	objs := make([]any, 10_000)
	for i := range objs {
		objs[i] = &written{Text: string(bytes.Repeat([]byte("x"), i%50))}
	}
	source, _ := rowcodec.SourceOf(parse(t, new(written)).LookUpField("Text"))
	data := rowcodec.NewCopy(objs, reflect.TypeFor[written](), []rowcodec.CopyColumn{{OID: pgtype.TextOID, Source: source}}, pgtype.NewMap())
	buf, reads, total := make([]byte, 65_531), 0, 0
	for {
		n, err := data.Read(buf)
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		reads, total = reads+1, total+n
	}
	require.Equal(t, 19+10_000*(2+4)+200*49*50/2, total)
	require.LessOrEqual(t, reads, total/60_000+1)
}
