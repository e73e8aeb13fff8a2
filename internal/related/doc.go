// package related changes which rows belong to an owner: the children of a
// foreign key, and the links of a many-to-many relation. A [Tie] is one owner
// and one of its relations.
package related
