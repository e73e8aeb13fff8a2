package main

import "time"

// Wide is a model of 60 columns: a key, and 59 that take turns among six types.
type Wide struct {
	ID  int64     `gorm:"primaryKey" bun:",pk,autoincrement" pg:",pk" db:"id"`
	C01 int64     `gorm:"column:c01;not null" bun:"c01" pg:"c01,use_zero" db:"c01"`
	C02 string    `gorm:"column:c02;not null" bun:"c02" pg:"c02" db:"c02"`
	C03 float64   `gorm:"column:c03;not null" bun:"c03" pg:"c03,use_zero" db:"c03"`
	C04 bool      `gorm:"column:c04;not null" bun:"c04" pg:"c04,use_zero" db:"c04"`
	C05 time.Time `gorm:"column:c05;not null" bun:"c05" pg:"c05" db:"c05"`
	C06 *string   `gorm:"column:c06" bun:"c06" pg:"c06" db:"c06"`
	C07 int64     `gorm:"column:c07;not null" bun:"c07" pg:"c07,use_zero" db:"c07"`
	C08 string    `gorm:"column:c08;not null" bun:"c08" pg:"c08" db:"c08"`
	C09 float64   `gorm:"column:c09;not null" bun:"c09" pg:"c09,use_zero" db:"c09"`
	C10 bool      `gorm:"column:c10;not null" bun:"c10" pg:"c10,use_zero" db:"c10"`
	C11 time.Time `gorm:"column:c11;not null" bun:"c11" pg:"c11" db:"c11"`
	C12 *string   `gorm:"column:c12" bun:"c12" pg:"c12" db:"c12"`
	C13 int64     `gorm:"column:c13;not null" bun:"c13" pg:"c13,use_zero" db:"c13"`
	C14 string    `gorm:"column:c14;not null" bun:"c14" pg:"c14" db:"c14"`
	C15 float64   `gorm:"column:c15;not null" bun:"c15" pg:"c15,use_zero" db:"c15"`
	C16 bool      `gorm:"column:c16;not null" bun:"c16" pg:"c16,use_zero" db:"c16"`
	C17 time.Time `gorm:"column:c17;not null" bun:"c17" pg:"c17" db:"c17"`
	C18 *string   `gorm:"column:c18" bun:"c18" pg:"c18" db:"c18"`
	C19 int64     `gorm:"column:c19;not null" bun:"c19" pg:"c19,use_zero" db:"c19"`
	C20 string    `gorm:"column:c20;not null" bun:"c20" pg:"c20" db:"c20"`
	C21 float64   `gorm:"column:c21;not null" bun:"c21" pg:"c21,use_zero" db:"c21"`
	C22 bool      `gorm:"column:c22;not null" bun:"c22" pg:"c22,use_zero" db:"c22"`
	C23 time.Time `gorm:"column:c23;not null" bun:"c23" pg:"c23" db:"c23"`
	C24 *string   `gorm:"column:c24" bun:"c24" pg:"c24" db:"c24"`
	C25 int64     `gorm:"column:c25;not null" bun:"c25" pg:"c25,use_zero" db:"c25"`
	C26 string    `gorm:"column:c26;not null" bun:"c26" pg:"c26" db:"c26"`
	C27 float64   `gorm:"column:c27;not null" bun:"c27" pg:"c27,use_zero" db:"c27"`
	C28 bool      `gorm:"column:c28;not null" bun:"c28" pg:"c28,use_zero" db:"c28"`
	C29 time.Time `gorm:"column:c29;not null" bun:"c29" pg:"c29" db:"c29"`
	C30 *string   `gorm:"column:c30" bun:"c30" pg:"c30" db:"c30"`
	C31 int64     `gorm:"column:c31;not null" bun:"c31" pg:"c31,use_zero" db:"c31"`
	C32 string    `gorm:"column:c32;not null" bun:"c32" pg:"c32" db:"c32"`
	C33 float64   `gorm:"column:c33;not null" bun:"c33" pg:"c33,use_zero" db:"c33"`
	C34 bool      `gorm:"column:c34;not null" bun:"c34" pg:"c34,use_zero" db:"c34"`
	C35 time.Time `gorm:"column:c35;not null" bun:"c35" pg:"c35" db:"c35"`
	C36 *string   `gorm:"column:c36" bun:"c36" pg:"c36" db:"c36"`
	C37 int64     `gorm:"column:c37;not null" bun:"c37" pg:"c37,use_zero" db:"c37"`
	C38 string    `gorm:"column:c38;not null" bun:"c38" pg:"c38" db:"c38"`
	C39 float64   `gorm:"column:c39;not null" bun:"c39" pg:"c39,use_zero" db:"c39"`
	C40 bool      `gorm:"column:c40;not null" bun:"c40" pg:"c40,use_zero" db:"c40"`
	C41 time.Time `gorm:"column:c41;not null" bun:"c41" pg:"c41" db:"c41"`
	C42 *string   `gorm:"column:c42" bun:"c42" pg:"c42" db:"c42"`
	C43 int64     `gorm:"column:c43;not null" bun:"c43" pg:"c43,use_zero" db:"c43"`
	C44 string    `gorm:"column:c44;not null" bun:"c44" pg:"c44" db:"c44"`
	C45 float64   `gorm:"column:c45;not null" bun:"c45" pg:"c45,use_zero" db:"c45"`
	C46 bool      `gorm:"column:c46;not null" bun:"c46" pg:"c46,use_zero" db:"c46"`
	C47 time.Time `gorm:"column:c47;not null" bun:"c47" pg:"c47" db:"c47"`
	C48 *string   `gorm:"column:c48" bun:"c48" pg:"c48" db:"c48"`
	C49 int64     `gorm:"column:c49;not null" bun:"c49" pg:"c49,use_zero" db:"c49"`
	C50 string    `gorm:"column:c50;not null" bun:"c50" pg:"c50" db:"c50"`
	C51 float64   `gorm:"column:c51;not null" bun:"c51" pg:"c51,use_zero" db:"c51"`
	C52 bool      `gorm:"column:c52;not null" bun:"c52" pg:"c52,use_zero" db:"c52"`
	C53 time.Time `gorm:"column:c53;not null" bun:"c53" pg:"c53" db:"c53"`
	C54 *string   `gorm:"column:c54" bun:"c54" pg:"c54" db:"c54"`
	C55 int64     `gorm:"column:c55;not null" bun:"c55" pg:"c55,use_zero" db:"c55"`
	C56 string    `gorm:"column:c56;not null" bun:"c56" pg:"c56" db:"c56"`
	C57 float64   `gorm:"column:c57;not null" bun:"c57" pg:"c57,use_zero" db:"c57"`
	C58 bool      `gorm:"column:c58;not null" bun:"c58" pg:"c58,use_zero" db:"c58"`
	C59 time.Time `gorm:"column:c59;not null" bun:"c59" pg:"c59" db:"c59"`
}

// fields returns the places of the columns, in their order.
func (w *Wide) fields() []any {
	return []any{
		&w.ID,
		&w.C01, &w.C02, &w.C03, &w.C04, &w.C05, &w.C06,
		&w.C07, &w.C08, &w.C09, &w.C10, &w.C11, &w.C12,
		&w.C13, &w.C14, &w.C15, &w.C16, &w.C17, &w.C18,
		&w.C19, &w.C20, &w.C21, &w.C22, &w.C23, &w.C24,
		&w.C25, &w.C26, &w.C27, &w.C28, &w.C29, &w.C30,
		&w.C31, &w.C32, &w.C33, &w.C34, &w.C35, &w.C36,
		&w.C37, &w.C38, &w.C39, &w.C40, &w.C41, &w.C42,
		&w.C43, &w.C44, &w.C45, &w.C46, &w.C47, &w.C48,
		&w.C49, &w.C50, &w.C51, &w.C52, &w.C53, &w.C54,
		&w.C55, &w.C56, &w.C57, &w.C58, &w.C59,
	}
}
