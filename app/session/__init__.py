"""ENGINE PROCESS: one experiment, its commands and its events. Knows no sockets and no tasks."""
