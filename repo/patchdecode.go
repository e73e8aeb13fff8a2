package repo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/store"
	"github.com/gormango/gormango/models"
)

// patchOptions are those of a decoded body.
type patchOptions struct {
	allowed, required, links []string
	most                     int64 // bytes, 0 for the default
}

// decoded is what a body holds: the columns it sets, and the keys of links.
type decoded struct {
	names []string
	links map[string][]any
}

// decodePatch reads a JSON object from r into obj, a pointer to a model.
func decodePatch(r io.Reader, obj any, o patchOptions) (*decoded, error) {
	if store.IsNil(obj) {
		return nil, errors.New("repo: DecodePatch: a nil object")
	}
	p, err := newPatching(obj, o)
	if err != nil {
		return nil, err
	}
	if o.most == 0 {
		o.most = maxPatch
	}
	body, err := readPatch(r, o.most)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		if err == nil || errors.Is(err, io.EOF) {
			err = errors.New("a JSON object is wanted")
		}
		return nil, &PatchError{Err: fmt.Errorf("malformed JSON: %w", err)}
	}
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return nil, malformed(err)
		}
		member := t.(string) // a token before a colon is a string, or Token fails
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, malformed(err)
		}
		if err := p.set(member, raw); err != nil {
			return nil, err
		}
	}
	if _, err := dec.Token(); err != nil {
		return nil, malformed(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, &PatchError{Err: errors.New("malformed JSON: something follows the object")}
	}
	return &p.decoded, p.missing(o.required)
}

// patching is the reading of a body into an object.
type patching struct {
	decoded
	obj     any
	schema  *schema.Schema
	members map[string]*schema.Field // those that may be set
	version *schema.Field            // nil without one
	takes   bool                     // an object without a version takes that of the body
	told    bool                     // the body holds a version
	many    map[string]bool          // the members that are lists of keys
}

// newPatching returns the reading of a body by what it may hold.
func newPatching(obj any, o patchOptions) (*patching, error) {
	s, err := schema.Parse(obj, &patchSchemas, schema.NamingStrategy{})
	if err != nil {
		return nil, fmt.Errorf("repo: DecodePatch: %w", err)
	}
	p := &patching{obj: obj, schema: s, members: map[string]*schema.Field{}, many: map[string]bool{}}
	p.links = map[string][]any{}
	says := models.MetaOf(obj).Fields
	if o.allowed == nil {
		for name, f := range says {
			if f.Editable && !f.ReadOnly {
				o.allowed = append(o.allowed, name)
			}
		}
	}
	choices := slices.Sorted(slices.Values(s.DBNames))
	if len(o.allowed) == 0 && len(o.links) == 0 {
		return nil, chainError(s.Name, "", fmt.Errorf("repo: DecodePatch: name the columns of %s that a client may write; choices are %s", s.Name, strings.Join(choices, ", ")))
	}
	for _, f := range s.Fields {
		if f.DBName != "" && holderOf(s.ModelType, f) == reflect.TypeFor[models.Versioned]() {
			p.version = f
		}
	}
	for _, name := range o.allowed {
		f := s.FieldsByDBName[name]
		if f == nil {
			return nil, chainError(s.Name, name, &lookup.Error{Model: s.Name, Text: name, Part: name, Choices: choices, Nearest: lookup.Nearest(name, choices)})
		}
		if f.PrimaryKey || f.AutoCreateTime > 0 || f.AutoUpdateTime > 0 || f.FieldType == reflect.TypeFor[gorm.DeletedAt]() || says[name].ReadOnly || !f.Updatable && !f.Creatable {
			return nil, chainError(s.Name, name, fmt.Errorf("repo: DecodePatch: no client may write %s.%s (it is the key, read-only, or set by the library)", s.Name, name))
		}
		if f == p.version {
			p.takes = true
		} else if member := memberOf(f); member != "" {
			p.members[member] = f
		}
	}
	for _, name := range o.links {
		p.many[name] = true
	}
	for _, name := range o.required {
		if !p.mayHold(name) {
			return nil, chainError(s.Name, name, fmt.Errorf("repo: Patch: %s.%s is required, and the body may not hold it (name it in Fields or Links; its json tag must not be \"-\")", s.Name, name))
		}
	}
	return p, nil
}

// mayHold reports whether a column or a relation may be a member of the body.
func (p *patching) mayHold(name string) bool {
	if p.many[name] {
		return true
	}
	f := p.schema.FieldsByDBName[name]
	return f != nil && memberOf(f) != "" && (f == p.version || p.members[memberOf(f)] == f)
}

// memberOf returns the JSON member of a column, "" for none.
func memberOf(f *schema.Field) string {
	tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	switch tag {
	case "-":
		return ""
	case "":
		return f.DBName
	}
	return tag
}

// holderOf returns the struct that declares a field.
func holderOf(t reflect.Type, f *schema.Field) reflect.Type {
	for _, i := range f.StructField.Index[:len(f.StructField.Index)-1] {
		if i < 0 {
			i = -i - 1
		}
		if t = t.Field(i).Type; t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
	}
	return t
}

// set sets what a member stands for.
func (p *patching) set(member string, raw json.RawMessage) error {
	switch f := p.members[member]; {
	case p.version != nil && member == memberOf(p.version) && (p.takes || p.versioned()):
		return p.compare(member, raw)
	case p.many[member]:
		keys, err := keysIn(raw)
		if err != nil {
			return &PatchError{Member: member, Err: err, people: models.Problem{Code: "invalid_list", Message: "Enter a list of values."}}
		}
		p.links[member] = keys
		return nil
	case f == nil:
		return &PatchError{Member: member, Choices: slices.Sorted(maps.Keys(p.allMembers()))}
	default:
		if err := setMember(p.obj, f, raw); err != nil {
			return &PatchError{Member: member, Err: err, reason: patchReason(err, raw), people: wanted(f, err)}
		}
		if !slices.Contains(p.names, f.DBName) {
			p.names = append(p.names, f.DBName)
		}
		return nil
	}
}

// allMembers returns the members that a body may hold.
func (p *patching) allMembers() map[string]bool {
	all := maps.Clone(p.many)
	if p.version != nil && p.takes {
		all[memberOf(p.version)] = true
	}
	for m := range p.members {
		all[m] = true
	}
	return all
}

// versioned reports whether the object has a version.
func (p *patching) versioned() bool {
	_, zero := p.version.ValueOf(context.Background(), reflect.ValueOf(p.obj).Elem())
	return !zero
}

// compare compares a version with the object's. An object without one takes it.
func (p *patching) compare(member string, raw json.RawMessage) error {
	var version int64
	err := json.Unmarshal(raw, &version)
	if string(raw) == "null" {
		err = errNull
	}
	if err != nil {
		return &PatchError{Member: member, Err: err, reason: patchReason(err, raw), people: wanted(p.version, err)}
	}
	p.told = true
	rv := reflect.ValueOf(p.obj).Elem()
	if !p.versioned() {
		return p.version.Set(context.Background(), rv, version)
	}
	if have, _ := p.version.ValueOf(context.Background(), rv); have != version {
		return store.StaleObject{Model: p.schema.Name}
	}
	return nil
}

// missing returns the error of required columns and relations that the body
// does not hold.
func (p *patching) missing(required []string) error {
	for _, name := range required {
		member := name
		if f := p.schema.FieldsByDBName[name]; f != nil {
			member = memberOf(f)
		}
		told := p.told && name == p.version.DBName
		if _, linked := p.links[name]; !told && !linked && !slices.Contains(p.names, name) {
			return &PatchError{Member: member, Err: errors.New("the body does not hold it"), people: models.Problem{Code: "required", Message: "This field is required."}}
		}
	}
	return nil
}

// keysIn returns the keys of a JSON list: numbers and texts.
func keysIn(raw json.RawMessage) ([]any, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var list []any
	if err := dec.Decode(&list); err != nil || list == nil {
		return nil, errors.New("a JSON list of keys is wanted")
	}
	for i, v := range list {
		switch v := v.(type) {
		case json.Number:
			n, err := v.Int64()
			if err != nil {
				return nil, errors.New("a key is no integer")
			}
			list[i] = n
		case string:
		default:
			return nil, errors.New("a key is neither a number nor a text")
		}
	}
	return list, nil
}

// wanted returns the problem of a value that does not fit a field, for people.
func wanted(f *schema.Field, err error) models.Problem {
	if errors.Is(err, errNull) {
		return models.Problem{Code: "null", Message: "This field cannot be null."}
	}
	p := models.Problem{Code: "invalid", Message: "Enter a valid value."}
	switch t := f.IndirectFieldType; {
	case t == reflect.TypeFor[time.Time]():
		p.Message = "Enter a valid date and time."
	case decimals[t], t.Kind() == reflect.Float32, t.Kind() == reflect.Float64:
		p.Message = "Enter a number."
	case t.Kind() == reflect.Bool:
		p.Message = "Enter true or false."
	case t.Kind() == reflect.String:
		p.Message = "Enter a text."
	case t.Kind() >= reflect.Int && t.Kind() <= reflect.Uint64:
		p.Message = "Enter a whole number."
	}
	return p
}
