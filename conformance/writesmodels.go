package main

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	meta "github.com/gormango/gormango/models"
)

// The models of the write oracle on its tables. Every column that may be
// assigned is a pointer, since a Python attribute of any column can be None,
// which a NOT NULL column then refuses. Some names from the other end are Go
// fields, most are RelatedName.

// Area is a node of a tree.
type Area struct {
	ID       int64   `gorm:"primaryKey"`
	Code     *string `gorm:"not null;unique"`
	Name     *string `gorm:"not null"`
	N        *int32  `gorm:"not null"`
	ParentID *int64
	Parent   *Area
	Children []*Area `gorm:"foreignKey:ParentID"`
}

// TableName returns the oracle's name.
func (Area) TableName() string { return "ow_area" }

// Meta sets what deletes do.
func (Area) Meta() meta.Meta {
	return meta.Meta{Relations: map[string]meta.RelationOptions{"parent": {OnDelete: meta.Cascade}}}
}

// Person has friends, which is symmetrical, and follows others, which is not.
type Person struct {
	ID      int64   `gorm:"primaryKey"`
	Code    *string `gorm:"not null;unique"`
	Name    *string `gorm:"not null"`
	Email   *string `gorm:"unique"`
	N       *int32  `gorm:"not null"`
	BossID  *int64
	Boss    *Person
	Friends []*Person `gorm:"many2many:ow_person_friends;joinForeignKey:FromPersonID;joinReferences:ToPersonID"`
	Follows []*Person `gorm:"many2many:ow_person_follows;joinForeignKey:FromPersonID;joinReferences:ToPersonID"`
}

// TableName returns the oracle's name.
func (Person) TableName() string { return "ow_person" }

// Meta sets what deletes do.
func (Person) Meta() meta.Meta {
	return meta.Meta{Relations: map[string]meta.RelationOptions{
		"boss":    {OnDelete: meta.SetNull, RelatedName: "reports"},
		"friends": {Symmetrical: true},
		"follows": {RelatedName: "followers"},
	}}
}

// Label has a key of text.
type Label struct {
	Slug  string  `gorm:"primaryKey"`
	Title *string `gorm:"not null"`
	N     *int32  `gorm:"not null"`
	Items []*Item `gorm:"many2many:ow_item_labels;joinForeignKey:LabelID;joinReferences:ItemID"`
}

// TableName returns the oracle's name.
func (Label) TableName() string { return "ow_label" }

// ContentType is a model by its number, Django's.
type ContentType struct {
	ID       int32 `gorm:"primaryKey"`
	AppLabel string
	Model    string
}

// TableName returns Django's name.
func (ContentType) TableName() string { return "django_content_type" }

// Note belongs to a row of any model by GORM's polymorphic relation, whose type
// is a number here.
type Note struct {
	ID            int64   `gorm:"primaryKey"`
	Code          *string `gorm:"not null"`
	Text          *string `gorm:"not null"`
	ContentTypeID *int32  `gorm:"not null"`
	ContentType   *ContentType
	ObjectID      *int64 `gorm:"not null"`
}

// TableName returns the oracle's name.
func (Note) TableName() string { return "ow_note" }

// Meta sets what deletes do.
func (Note) Meta() meta.Meta {
	return meta.Meta{Relations: map[string]meta.RelationOptions{"content_type": {OnDelete: meta.Cascade}}}
}

// Shop refers to three areas.
type Shop struct {
	ID       int64            `gorm:"primaryKey"`
	Code     *string          `gorm:"not null;unique"`
	N        *int32           `gorm:"not null"`
	Rating   *decimal.Decimal `gorm:"type:numeric(8,2)"`
	Status   *string          `gorm:"not null;default:new"`
	Created  time.Time        `gorm:"autoCreateTime;not null"`
	Touched  time.Time        `gorm:"autoUpdateTime;not null"`
	AreaID   *int64           `gorm:"not null"`
	Area     *Area
	BackupID *int64
	Backup   *Area
	HomeID   *int64 `gorm:"not null;default:1"`
	Home     *Area
	Stocked  []*Item `gorm:"many2many:ow_stock;joinForeignKey:ShopID;joinReferences:ItemID"`
	Notes    []*Note `gorm:"polymorphic:Target;polymorphicType:ContentTypeID;polymorphicId:ObjectID;polymorphicValue:4"`
}

// TableName returns the oracle's name.
func (Shop) TableName() string { return "ow_shop" }

// Meta sets what deletes do.
func (Shop) Meta() meta.Meta {
	return meta.Meta{Relations: map[string]meta.RelationOptions{
		"area":    {OnDelete: meta.Cascade, RelatedName: "shops"},
		"backup":  {OnDelete: meta.SetNull, RelatedName: "backup_shops"},
		"home":    {OnDelete: meta.SetDefault, RelatedName: "home_shops"},
		"stocked": {RelatedName: "stocked_in"},
		"notes":   {OnDelete: meta.Cascade},
	}}
}

// Shelf stands in a shop.
type Shelf struct {
	ID     int64   `gorm:"primaryKey"`
	Code   *string `gorm:"not null"`
	N      *int32  `gorm:"not null"`
	ShopID *int64  `gorm:"not null"`
	Shop   *Shop
	Items  []*Item `gorm:"foreignKey:ShelfID"`
}

// TableName returns the oracle's name.
func (Shelf) TableName() string { return "ow_shelf" }

// Meta sets what deletes do.
func (Shelf) Meta() meta.Meta {
	return meta.Meta{Relations: map[string]meta.RelationOptions{"shop": {OnDelete: meta.Cascade, RelatedName: "shelves"}}}
}

// Item lies on a shelf, which cannot be deleted before it.
type Item struct {
	ID      int64            `gorm:"primaryKey"`
	Code    *string          `gorm:"not null;unique"`
	N       *int32           `gorm:"not null"`
	Price   *decimal.Decimal `gorm:"type:numeric(8,2)"`
	Data    json.RawMessage  `gorm:"type:jsonb"`
	Active  *bool            `gorm:"not null"`
	Touched time.Time        `gorm:"autoUpdateTime;not null"`
	AreaID  *int64
	Area    *Area
	ShelfID *int64
	Shelf   *Shelf
	OwnerID *int64
	Owner   *Person
	Labels  []*Label `gorm:"many2many:ow_item_labels;joinForeignKey:ItemID;joinReferences:LabelID"`
	Notes   []*Note  `gorm:"polymorphic:Target;polymorphicType:ContentTypeID;polymorphicId:ObjectID;polymorphicValue:6"`
}

// TableName returns the oracle's name.
func (Item) TableName() string { return "ow_item" }

// Meta sets what deletes do.
func (Item) Meta() meta.Meta {
	return meta.Meta{Relations: map[string]meta.RelationOptions{
		"area":  {OnDelete: meta.Cascade, RelatedName: "items"},
		"shelf": {OnDelete: meta.Restrict},
		"owner": {OnDelete: meta.SetNull, RelatedName: "items"},
		"notes": {OnDelete: meta.Cascade},
	}}
}

// Stock is the quantity of an item in a shop.
type Stock struct {
	ID     int64  `gorm:"primaryKey"`
	ShopID *int64 `gorm:"not null;uniqueIndex:ow_stock_uq"`
	Shop   *Shop
	ItemID *int64 `gorm:"not null;uniqueIndex:ow_stock_uq"`
	Item   *Item
	Qty    *int32 `gorm:"not null"`
	Note   *string
}

// TableName returns the oracle's name.
func (Stock) TableName() string { return "ow_stock" }

// Meta sets what deletes do.
func (Stock) Meta() meta.Meta {
	return meta.Meta{Relations: map[string]meta.RelationOptions{
		"shop": {OnDelete: meta.Cascade, RelatedName: "stocks"},
		"item": {OnDelete: meta.Cascade, RelatedName: "stocks"},
	}}
}

// Contract protects the rows that it refers to.
type Contract struct {
	ID     int64   `gorm:"primaryKey"`
	Code   *string `gorm:"not null"`
	N      *int32  `gorm:"not null"`
	ShopID *int64
	Shop   *Shop
	ItemID *int64
	Item   *Item
	AreaID *int64
	Area   *Area
}

// TableName returns the oracle's name.
func (Contract) TableName() string { return "ow_contract" }

// Meta sets what deletes do.
func (Contract) Meta() meta.Meta {
	return meta.Meta{Relations: map[string]meta.RelationOptions{
		"shop": {OnDelete: meta.Protect, RelatedName: "contracts"},
		"item": {OnDelete: meta.Protect, RelatedName: "contracts"},
		"area": {OnDelete: meta.Cascade, RelatedName: "contracts"},
	}}
}

// Log refers to rows that may be deleted.
type Log struct {
	ID     int64   `gorm:"primaryKey"`
	Code   *string `gorm:"not null"`
	ShopID *int64
	Shop   *Shop
	ItemID *int64
	Item   *Item
}

// TableName returns the oracle's name.
func (Log) TableName() string { return "ow_log" }

// Meta sets what deletes do.
func (Log) Meta() meta.Meta {
	return meta.Meta{Relations: map[string]meta.RelationOptions{
		"shop": {OnDelete: meta.DoNothing, RelatedName: "logs"},
		"item": {OnDelete: meta.DoNothing, RelatedName: "logs"},
	}}
}

// Keeper keeps one shop.
type Keeper struct {
	ID       int64   `gorm:"primaryKey"`
	Code     *string `gorm:"not null"`
	N        *int32  `gorm:"not null"`
	ShopID   *int64  `gorm:"not null;unique"`
	Shop     *Shop
	DeputyID *int64 `gorm:"unique"`
	Deputy   *Person
}

// TableName returns the oracle's name.
func (Keeper) TableName() string { return "ow_keeper" }

// Meta sets what deletes do.
func (Keeper) Meta() meta.Meta {
	return meta.Meta{Relations: map[string]meta.RelationOptions{
		"shop":   {OnDelete: meta.Cascade, RelatedName: "keeper"},
		"deputy": {OnDelete: meta.SetNull, RelatedName: "deputy_of"},
	}}
}

// Badge has the key of its keeper.
type Badge struct {
	KeeperID int64 `gorm:"primaryKey;autoIncrement:false"`
	Keeper   *Keeper
	Text     *string `gorm:"not null"`
}

// TableName returns the oracle's name.
func (Badge) TableName() string { return "ow_badge" }

// Meta sets what deletes do.
func (Badge) Meta() meta.Meta {
	return meta.Meta{Relations: map[string]meta.RelationOptions{"keeper": {OnDelete: meta.Cascade, RelatedName: "badge"}}}
}

// Team has people by memberships.
type Team struct {
	ID     int64   `gorm:"primaryKey"`
	Code   *string `gorm:"not null;unique"`
	Name   *string `gorm:"not null"`
	LeadID *int64
	Lead   *Person
	People []*Person `gorm:"many2many:ow_membership;joinForeignKey:TeamID;joinReferences:PersonID"`
}

// TableName returns the oracle's name.
func (Team) TableName() string { return "ow_team" }

// Meta sets what deletes do.
func (Team) Meta() meta.Meta {
	return meta.Meta{Relations: map[string]meta.RelationOptions{
		"lead":   {OnDelete: meta.Restrict, RelatedName: "leads"},
		"people": {RelatedName: "teams"},
	}}
}

// Membership is a person in a team, possibly more than once.
type Membership struct {
	ID          int64  `gorm:"primaryKey"`
	TeamID      *int64 `gorm:"not null"`
	Team        *Team
	PersonID    *int64 `gorm:"not null"`
	Person      *Person
	Role        *string `gorm:"not null"`
	Points      *int32  `gorm:"not null"`
	InvitedByID *int64
	InvitedBy   *Person
}

// TableName returns the oracle's name.
func (Membership) TableName() string { return "ow_membership" }

// Meta sets what deletes do.
func (Membership) Meta() meta.Meta {
	return meta.Meta{Relations: map[string]meta.RelationOptions{
		"team":       {OnDelete: meta.Cascade, RelatedName: "memberships"},
		"person":     {OnDelete: meta.Cascade, RelatedName: "memberships"},
		"invited_by": {OnDelete: meta.SetNull, RelatedName: "invited"},
	}}
}

// Doc has a key that is a UUID.
type Doc struct {
	meta.UUIDKey
	Code     *string `gorm:"not null"`
	Title    *string `gorm:"not null"`
	AuthorID *int64
	Author   *Person
	PartOfID *uuid.UUID `gorm:"type:uuid"`
	PartOf   *Doc
	Parts    []*Doc    `gorm:"foreignKey:PartOfID"`
	Readers  []*Person `gorm:"many2many:ow_doc_readers;joinForeignKey:DocID;joinReferences:PersonID"`
}

// TableName returns the oracle's name.
func (Doc) TableName() string { return "ow_doc" }

// Meta sets what deletes do.
func (Doc) Meta() meta.Meta {
	return meta.Meta{Relations: map[string]meta.RelationOptions{
		"author":  {OnDelete: meta.SetNull, RelatedName: "docs"},
		"part_of": {OnDelete: meta.Cascade},
		"readers": {RelatedName: "read_docs"},
	}}
}

// Seat is a seat in a hall. A person has at most one that is active.
type Seat struct {
	ID       int64            `gorm:"primaryKey"`
	Code     *string          `gorm:"not null"`
	Hall     *string          `gorm:"not null"`
	RowNo    *int32           `gorm:"not null"`
	Active   *bool            `gorm:"not null"`
	Price    *decimal.Decimal `gorm:"type:numeric(8,2);not null"`
	Rank     *int32           `gorm:"not null;default:7"`
	Stamp    time.Time        `gorm:"autoUpdateTime;not null"`
	HolderID *int64
	Holder   *Person
}

// TableName returns the oracle's name.
func (Seat) TableName() string { return "ow_seat" }

// Meta sets what deletes do.
func (Seat) Meta() meta.Meta {
	return meta.Meta{
		Relations:   map[string]meta.RelationOptions{"holder": {OnDelete: meta.SetNull, RelatedName: "seats"}},
		Constraints: []meta.Constraint{{Name: "ow_seat_place_uq", Unique: []string{"hall", "row_no"}}},
		Indexes:     []meta.Index{{Name: "ow_seat_holder_uq", Fields: []string{"holder_id"}, Unique: true, Where: "active"}},
	}
}

// Task may be hidden from its default manager.
type Task struct {
	ID       int64   `gorm:"primaryKey"`
	Code     *string `gorm:"not null"`
	N        *int32  `gorm:"not null"`
	Hidden   *bool   `gorm:"not null"`
	PersonID *int64  `gorm:"not null"`
	Person   *Person
}

// TableName returns the oracle's name.
func (Task) TableName() string { return "ow_task" }

// Meta sets what deletes do.
func (Task) Meta() meta.Meta {
	return meta.Meta{Relations: map[string]meta.RelationOptions{"person": {OnDelete: meta.Cascade, RelatedName: "tasks"}}}
}
