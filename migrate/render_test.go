package migrate

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestQuote(t *testing.T) {
	t.Parallel()
	require.Equal(t, `"a""b"`, quote(`a"b`))
	require.Equal(t, `"shop"."items"`, quoteTable("shop.items"))
	require.Equal(t, `"items"`, quoteTable("items"))
	require.Equal(t, `'it''s'`, quoteText("it's"))
	require.Equal(t, `E'a\\''b'`, quoteText(`a\'b`))
}

func TestRender(t *testing.T) {
	t.Parallel()
	table := &Table{
		Name: "shop.items", Key: []string{"id", "n"},
		Columns: []Column{
			{Name: "id", Type: "bigint", Identity: "ALWAYS", NotNull: true},
			{Name: "n", Type: "text", Collation: `"C"`, Default: "'x'", NotNull: true, Comment: "the name"},
			{Name: "g", Type: "int", Generated: "1 + 2"},
		},
		Constraints: []Constraint{{Name: "c", Definition: "CHECK (n <> '')"}},
	}
	require.Equal(t, "CREATE TABLE \"shop\".\"items\" (\n\t\"id\" bigint NOT NULL GENERATED ALWAYS AS IDENTITY,\n\t"+
		"\"n\" text COLLATE \"C\" NOT NULL DEFAULT 'x',\n\t\"g\" int GENERATED ALWAYS AS (1 + 2) STORED,\n\t"+
		"PRIMARY KEY (\"id\", \"n\"),\n\tCONSTRAINT \"c\" CHECK (n <> '')\n)", table.createTable())
	require.Equal(t, `ALTER TABLE "shop"."items" ADD COLUMN "g" int GENERATED ALWAYS AS (1 + 2) STORED`, table.addColumn(table.Columns[2]))
	require.Equal(t, `ALTER TABLE "shop"."items" ADD PRIMARY KEY ("id", "n")`, table.addKey())
	require.Equal(t, `ALTER TABLE "shop"."items" ADD CONSTRAINT "c" CHECK (n <> '')`, table.addConstraint("c", table.Constraints[0].Definition))
	require.Equal(t, `ALTER TABLE "shop"."items" ADD CONSTRAINT "fk" FOREIGN KEY ("a") REFERENCES "b" ("c") ON UPDATE CASCADE ON DELETE SET NULL`,
		table.addConstraint("fk", ForeignKey{Columns: []string{"a"}, Ref: "b", RefColumns: []string{"c"}, OnDelete: "SET NULL", OnUpdate: "CASCADE"}.definition()))
	require.Equal(t, `COMMENT ON COLUMN "shop"."items"."n" IS 'the name'`, table.commentOn(table.Columns[1]))
	require.Equal(t, `CREATE UNIQUE INDEX "i" ON "shop"."items" USING btree ("n" DESC, lower(n)) INCLUDE ("g") NULLS NOT DISTINCT WITH (fillfactor=70) WHERE n <> ''`,
		table.createIndex(Index{Name: "i", Method: "btree", Where: "n <> ''", Parts: []string{`"n" DESC`, "lower(n)"}, Include: []string{"g"},
			Option: "WITH (fillfactor=70)", Unique: true, NullsNotDistinct: true}))
	require.Equal(t, `UNIQUE NULLS NOT DISTINCT ("a", "b") DEFERRABLE INITIALLY DEFERRED`, uniqueDefinition([]string{"a", "b"}, true, "deferred"))
	require.Equal(t, `UNIQUE ("a") DEFERRABLE`, uniqueDefinition([]string{"a"}, false, "immediate"))
}
