// Package other has models that another package's models refer to.
package other

import "github.com/gormango/gormango/models"

// Country is a model with fields of its own.
type Country struct {
	models.AutoKey
	Name string
}

// Silent is a model without generated fields: it is ignored.
//
//gormango:ignore
type Silent struct {
	models.AutoKey
}
