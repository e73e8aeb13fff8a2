// Package migrate brings a database's tables to what the models say.
//
// Auto is the start-up mode: an application calls it once after Open, and any
// number of its processes may do so at the same moment.
//
//	report, err := migrate.Auto(ctx, db)
//	if err != nil {
//		return err
//	}
//	log.Print(report)
//
// It creates what is missing and never changes or removes what is there; what
// differs is an ErrPending. FromModels gives the tables of some models as
// plain values, without a database.
package migrate
