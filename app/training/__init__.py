"""Training runs as plain values and objects, without the wire, sockets or tasks. Imports the engine only."""
