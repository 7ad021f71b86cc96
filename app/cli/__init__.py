"""The command line: `playground` starts the server, `playground train` trains without it, `health` checks it."""
