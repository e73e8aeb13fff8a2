package shop

import (
	"html"
	"net/url"
	"slices"
	"strings"
)

// tag is a start tag of a page, an end tag ("/form"), or with the name "" a
// text between tags.
type tag struct {
	name  string
	attrs map[string]string
	text  string
}

// tagsOf splits a page into tags and texts. It reads the output of
// html/template and tolerates mistakes. The texts of script, style, textarea
// and title hold no tags.
func tagsOf(page string) []tag {
	var tags []tag
	text := func(raw string) {
		if raw != "" {
			tags = append(tags, tag{text: html.UnescapeString(raw)})
		}
	}
	for page != "" {
		at := strings.IndexByte(page, '<')
		if at < 0 {
			text(page)
			break
		}
		text(page[:at])
		page = page[at+1:]
		if rest, isComment := strings.CutPrefix(page, "!--"); isComment {
			_, page, _ = strings.Cut(rest, "-->")
			continue
		}
		var t tag
		t, page = readTag(page)
		tags = append(tags, t)
		if slices.Contains([]string{"script", "style", "textarea", "title"}, t.name) {
			end := strings.Index(page, "</"+t.name)
			if end < 0 {
				end = len(page)
			}
			text(page[:end])
			page = page[end:]
		}
	}
	return tags
}

// readTag reads a tag up to its > and returns the rest of the page.
func readTag(page string) (tag, string) {
	const space = " \t\r\n\f"
	end := strings.IndexAny(page, space+">")
	if end < 0 {
		return tag{name: strings.ToLower(page)}, ""
	}
	t := tag{name: strings.ToLower(page[:end]), attrs: map[string]string{}}
	page = page[end:]
	for {
		page = strings.TrimLeft(page, space+"/")
		if page == "" {
			return t, ""
		}
		if page[0] == '>' {
			return t, page[1:]
		}
		end := strings.IndexAny(page[1:], space+"=>/") + 1
		if end == 0 {
			return t, ""
		}
		name, value := strings.ToLower(page[:end]), ""
		page = page[end:]
		if rest, hasValue := strings.CutPrefix(strings.TrimLeft(page, space), "="); hasValue {
			rest = strings.TrimLeft(rest, space)
			if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
				value, page, _ = strings.Cut(rest[1:], rest[:1])
			} else {
				end := strings.IndexAny(rest, space+">")
				if end < 0 {
					end = len(rest)
				}
				value, page = rest[:end], rest[end:]
			}
		}
		t.attrs[name] = html.UnescapeString(value)
	}
}

// pageForm is a form of a page.
type pageForm struct {
	method string // GET or POST
	action string
	fields []pageField
}

// pageField is a field of a form.
type pageField struct {
	name, value string
	kind        string   // the input's type, "select", "textarea" or "submit"
	choices     []string // of a select
}

// typed reports whether a visitor can type into the field.
func (f pageField) typed() bool {
	return !slices.Contains([]string{"hidden", "submit", "select", "checkbox", "radio"}, f.kind)
}

// values returns the values of an untouched form, with the first of its
// buttons.
func (f pageForm) values() url.Values {
	values, pressed := url.Values{}, false
	for _, field := range f.fields {
		if field.kind == "submit" {
			if pressed {
				continue
			}
			pressed = true
		}
		if field.name != "" {
			values.Add(field.name, field.value)
		}
	}
	return values
}

// formsOf returns the forms of a page, including fields outside of a form that
// belong to it by its id.
func formsOf(tags []tag) []*pageForm {
	var (
		forms   []*pageForm
		byID    = map[string]*pageForm{}
		current *pageForm
		choose  *pageField // the open select
		choice  bool       // whether one of its options was selected
		area    *pageField
	)
	for _, t := range tags {
		if t.name == "form" {
			f := &pageForm{method: strings.ToUpper(t.attrs["method"]), action: t.attrs["action"]}
			if f.method == "" {
				f.method = "GET"
			}
			forms = append(forms, f)
			byID[t.attrs["id"]] = f
		}
	}
	next := 0
	add := func(t tag, f pageField) *pageField {
		owner := current
		if id, elsewhere := t.attrs["form"]; elsewhere {
			owner = byID[id]
		}
		if _, off := t.attrs["disabled"]; off || owner == nil {
			return &pageField{}
		}
		owner.fields = append(owner.fields, f)
		return &owner.fields[len(owner.fields)-1]
	}
	for _, t := range tags {
		switch t.name {
		case "form":
			current = forms[next]
			next++
		case "/form":
			current = nil
		case "input":
			kind := strings.ToLower(t.attrs["type"])
			_, checked := t.attrs["checked"]
			if kind == "checkbox" || kind == "radio" {
				if !checked {
					continue
				}
			}
			add(t, pageField{name: t.attrs["name"], value: t.attrs["value"], kind: kind})
		case "button":
			if kind := t.attrs["type"]; kind == "" || kind == "submit" {
				add(t, pageField{name: t.attrs["name"], value: t.attrs["value"], kind: "submit"})
			}
		case "textarea":
			area = add(t, pageField{name: t.attrs["name"], kind: "textarea"})
		case "/textarea":
			area = nil
		case "select":
			choose, choice = add(t, pageField{name: t.attrs["name"], kind: "select"}), false
		case "/select":
			choose = nil
		case "option":
			if choose != nil {
				_, marked := t.attrs["selected"]
				choose.choices = append(choose.choices, t.attrs["value"])
				if marked || !choice && len(choose.choices) == 1 {
					choose.value, choice = t.attrs["value"], choice || marked
				}
			}
		case "":
			if area != nil {
				area.value += strings.TrimPrefix(t.text, "\n")
			}
		}
	}
	return forms
}
