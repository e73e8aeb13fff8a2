package models

// CheckedValue is a value of a type with a rule of its own, as an Email.
// repo.FullClean tests the rule of each column that has such a type, beside the
// length of the column. A write does not, as in Django.
type CheckedValue interface {
	Checked(name string) Check
}

// Email is a mail address, varchar(254).
type Email string

// GormDataType returns the type of the column.
func (Email) GormDataType() string { return "varchar(254)" }

// Checked returns the check of the address under a field's name.
func (e Email) Checked(name string) Check {
	return ruled(Text(name, e), TextCheck[Email].Email).MaxLength(254)
}

// URL is an absolute URL of http, https, ftp or ftps, varchar(200).
type URL string

// GormDataType returns the type of the column.
func (URL) GormDataType() string { return "varchar(200)" }

// Checked returns the check of the URL under a field's name.
func (u URL) Checked(name string) Check {
	return ruled(Text(name, u), func(c TextCheck[URL]) TextCheck[URL] { return c.URL() })
}

// Slug is a word of an address: ASCII letters, digits, underscores and hyphens,
// varchar(50). Unlike Django's it has no index without a tag.
type Slug string

// GormDataType returns the type of the column.
func (Slug) GormDataType() string { return "varchar(50)" }

// Checked returns the check of the word under a field's name.
func (s Slug) Checked(name string) Check {
	return ruled(Text(name, s), TextCheck[Slug].Slug).MaxLength(50)
}

// FilePath is the path of a file that the application stores, varchar(100), as
// Django's FileField, ImageField and FilePathField keep it.
type FilePath string

// GormDataType returns the type of the column.
func (FilePath) GormDataType() string { return "varchar(100)" }

// ruled returns a check with a rule, or without it for the empty text, which
// rules of fields pass over as in Django.
func ruled[S ~string](c TextCheck[S], rule func(TextCheck[S]) TextCheck[S]) TextCheck[S] {
	if c.v == "" {
		return c
	}
	return rule(c)
}
