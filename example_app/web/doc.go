// Package web holds what stands before the handlers of the music store, on an
// internet where not every client is a friend: which hosts it answers for
// (hosts.go), how long an address may be and a request may take (limits.go),
// and the probes of a load balancer (probes.go).
package web
