package models_test

import (
	"fmt"

	"github.com/gormango/gormango/models"
)

type Parcel struct {
	models.AutoKey
	State ParcelState
}

type ParcelState string

func (ParcelState) Choices() []models.Choice {
	return models.Labeled[ParcelState]("packed", "on_its_way")
}

func (s ParcelState) Label() string { return models.LabelOf(s.Choices(), s) }

func ExampleLabeled() {
	p := Parcel{State: "on_its_way"}
	fmt.Println(p.State.Label())
	fmt.Println(models.IsChoice(p.State.Choices(), "lost"))
	// Output:
	// On Its Way
	// false
}
