"""A class: its code and names, what its wall shows, its questions, snapshots, experiment and results."""
