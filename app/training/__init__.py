"""What a run is, without the wire, sockets or tasks. Imports the engine only."""
