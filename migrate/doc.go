// Package migrate brings a database to its models.
//
// Auto is for programs without migration files and runs at start-up: an
// application calls it once after Open, and any number of its processes may do
// so at the same time.
//
//	report, err := migrate.Auto(ctx, db)
//	if err != nil {
//		return err
//	}
//	log.Print(report)
//
// It creates what is missing, makes changes that lose nothing, and removes
// nothing. Other differences are an ErrPending, and then it has changed
// nothing. Run makes named steps for those, and calls Auto. FromModels returns
// the tables of models as plain values, without a database.
package migrate
