"""The wire: what page and server say to each other, and how (docs/protocol.md). No other package knows keys or layouts.

A message from a page becomes a `Command`; whatever is wrong with it becomes a `ProtocolError` that says which field,
what came and what was expected. Nothing that a page can send makes `parse` raise anything else.
"""
