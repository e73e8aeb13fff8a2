// Package related changes which rows belong to an owner: the children of a
// foreign key, and the links of a many-to-many relation. A [Manager] is one
// relation of one owner.
package related
