"""The command line: `playground` starts the server, `train` and `sweep` train without it, `health` checks it."""
