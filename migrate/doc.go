// Package migrate brings a database to its models.
//
// # With files
//
// Migrations are SQL files, which package manage writes from the models. An
// application applies them at start-up. Any number of its processes may do so
// at once, and if nothing is missing Up runs one statement:
//
//	set, err := migrate.Load(files, migrate.App("shop", models...))
//	if err != nil {
//		return err
//	}
//	report, err := migrate.Up(ctx, db, set)
//
// Runner has the options and the other calls: Plan, Back, Wait, Lint, Drift,
// Verify, Adopt. FromModels, Diff, Generate and Write make the files.
//
// # Without files
//
// Auto creates what is missing, makes changes that lose nothing, and removes
// nothing. Other differences are an ErrPending, and then it has changed
// nothing. Run makes named steps for those, and calls Auto:
//
//	report, err := migrate.Auto(ctx, db)
//	if err != nil {
//		return err
//	}
//	log.Print(report)
package migrate
