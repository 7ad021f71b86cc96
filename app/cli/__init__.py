"""The command line: `playground` starts the server, `playground train` and `playground health` work without one."""
