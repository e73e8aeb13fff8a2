package main

// manage adds the related managers to the models.
func manage() {
	manager[Area, Area]("children", "")
	manager[Area, Shop]("shops", "")
	manager[Area, Shop]("backup_shops", "")
	manager[Area, Shop]("home_shops", "")
	manager[Area, Item]("items", "")
	manager[Area, Contract]("contracts", "")
	manager[Person, Person]("reports", "")
	manager[Person, Person]("friends", "")
	manager[Person, Person]("follows", "")
	manager[Person, Person]("followers", "")
	manager[Person, Item]("items", "")
	manager[Person, Doc]("docs", "")
	manager[Person, Doc]("read_docs", "")
	manager[Person, Team]("leads", "")
	manager[Person, Team]("teams", "ow_membership")
	manager[Person, Membership]("memberships", "")
	manager[Person, Membership]("invited", "")
	manager[Person, Seat]("seats", "")
	manager[Person, Task]("tasks", "")
	manager[Label, Item]("items", "")
	manager[Shop, Item]("stocked", "ow_stock")
	manager[Shop, Note]("notes", "")
	manager[Shop, Shelf]("shelves", "")
	manager[Shop, Stock]("stocks", "")
	manager[Shop, Contract]("contracts", "")
	manager[Shop, Log]("logs", "")
	manager[Shelf, Item]("items", "")
	manager[Item, Label]("labels", "")
	manager[Item, Note]("notes", "")
	manager[Item, Shop]("stocked_in", "ow_stock")
	manager[Item, Stock]("stocks", "")
	manager[Item, Contract]("contracts", "")
	manager[Item, Log]("logs", "")
	manager[Team, Person]("people", "ow_membership")
	manager[Team, Membership]("memberships", "")
	manager[Doc, Doc]("parts", "")
	manager[Doc, Person]("readers", "")
}

// linked listens to the many-to-many relations, from the end that declares
// them.
var linked = []func(w *writes) (stop func()){
	links[Item]("labels", "Item_labels"), links[Person]("friends", "Person_friends"), links[Person]("follows", "Person_follows"),
	links[Shop]("stocked", "Stock"), links[Team]("people", "Membership"), links[Doc]("readers", "Doc_readers"),
}
