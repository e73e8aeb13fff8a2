package models

import "context"

// Translator returns the message of a problem in another language, "" to keep
// it. field is the column, or AllFields. The code and the parameters of a
// problem identify its message; a problem without parameters has a fixed one.
type Translator func(field string, p Problem) string

type translatorKey struct{}

// WithTranslator returns a context in which repositories return problems in
// another language: those of Clean, of FullClean and of repo.Validation. A
// handler of requests sets it by the language of the request.
func WithTranslator(ctx context.Context, t Translator) context.Context {
	return context.WithValue(ctx, translatorKey{}, t)
}

// TranslatorOf returns the translator of a context, nil if it has none.
func TranslatorOf(ctx context.Context) Translator {
	t, _ := ctx.Value(translatorKey{}).(Translator)
	return t
}

// Translated returns e with the messages that t returns. It returns e itself if
// t is nil.
func (e *ValidationError) Translated(t Translator) *ValidationError {
	if t == nil {
		return e
	}
	out := &ValidationError{}
	for _, name := range e.names() {
		for _, p := range e.Fields[name] {
			if text := t(name, p); text != "" {
				p.Message = text
			}
			out.Add(name, p)
		}
	}
	return out
}

// StructValidator tests objects by rules outside of this module, such as the
// validate tags of go-playground/validator. Config.Validator is the one of a
// database: repositories call it where they call Clean. The error is a
// *ValidationError, whose names are columns, if the object is at fault.
type StructValidator interface {
	ValidateStruct(ctx context.Context, obj any) error
}
