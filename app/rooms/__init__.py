"""Sessions as the front process knows them: rooms, and the send queues of those who watch."""
