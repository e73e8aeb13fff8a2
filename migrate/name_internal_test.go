package migrate

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFileNamesAreDjangos(t *testing.T) {
	t.Parallel()
	add := func(column string) Op { return AddColumn{Table: "shop.orders", Column: Column{Name: column}} }
	create := func(name string) Op { return CreateTable{Table: Table{Name: name}} }
	long := strings.Repeat("a", 53)
	for _, c := range []struct {
		ops  []Op
		want string
	}{
		{[]Op{add("channel")}, "0007_orders_channel"},
		{[]Op{create("person")}, "0007_person"},
		{[]Op{DropTable{Table: "person"}}, "0007_delete_person"},
		{[]Op{create(long)}, "0007_" + long},
		{[]Op{create("person"), DropTable{Table: "animal"}}, "0007_person_delete_animal"},
		{[]Op{create("person"), create("animal")}, "0007_person_animal"},
		{[]Op{create("person1"), create("person2"), create("person3"), DropTable{Table: "person4"}, DropTable{Table: "person5"}}, "0007_person1_person2_person3_delete_person4_and_more"},
		{[]Op{AddConstraint{Table: "person", Constraint: Constraint{Name: "person.name-*~unique!"}}}, "0007_name_unique"},
		{[]Op{add("a"), add("a")}, "0007_orders_a"},
		{[]Op{add("a"), DropIndex{Table: "orders", Name: "idx -- Übel!"}}, "0007_orders_a_remove_idx_übel"},
		{[]Op{add("first_of_them"), add("second_of_them"), add("third_of_them_is_long")}, "0007_orders_first_of_them_orders_second_of_them_and_more"},
		{[]Op{Nothing{}}, "0007_change"},
		{[]Op{RenameTable{Table: "a", To: "b"}, RenameColumn{Table: "b", Column: "c", To: "d"}}, "0007_rename_a_b_rename_c_b_d"},
	} {
		require.Equal(t, c.want, fileName(7, c.ops, false))
	}
	require.Equal(t, "0001_initial", fileName(1, []Op{add("a")}, true))
}
