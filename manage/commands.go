package manage

import "github.com/spf13/cobra"

// commands make the commands, nil for one that needs models the program has
// not.
var commands = []func(*program) *cobra.Command{
	ofApps(makemigrations), ofApps(up), ofApps(backCommand), ofApps(show), ofApps(sqlmigrate),
	lint, ofApps(check), ofApps(drift), ofApps(verify), ofApps(squash), ofApps(rehash), ofApps(importCommand),
	ofApps(graph), ofApps(dumpdata), ofApps(loaddata), inspectdb, dbshell,
}

// ofApps returns the command only where the program has apps.
func ofApps(command func(*program) *cobra.Command) func(*program) *cobra.Command {
	return func(p *program) *cobra.Command {
		if len(p.Apps) == 0 {
			return nil
		}
		return command(p)
	}
}
