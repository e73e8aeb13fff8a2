// Package valuematrix tests values of each type through package repo.
// Its many models stand apart from repo's own tests, which would take the
// compiler three times as long with them.
package valuematrix
