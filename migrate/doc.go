// Package migrate creates what a database lacks of its models' tables.
//
// Auto runs at start-up: an application calls it once after Open, and any
// number of its processes may do so at the same time.
//
//	report, err := migrate.Auto(ctx, db)
//	if err != nil {
//		return err
//	}
//	log.Print(report)
//
// It creates what is missing and never changes or removes what exists.
// Differences are an ErrPending. FromModels returns the tables of models as
// plain values, without a database.
package migrate
