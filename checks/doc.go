// Package checks finds mistakes in models, and in a database, that neither the
// compiler nor Open refuses, as Django's system checks do.
//
//	func TestModels(t *testing.T) {
//		for _, f := range checks.Models(store.Models()...) {
//			t.Error(f)
//		}
//	}
//
// Models needs no database. Database reads one. Both return all findings at
// once, each with its ID, model, field and a way out. The command check of
// package manage prints them.
package checks
