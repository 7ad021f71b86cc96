"""The version of the wire, and the bytes that every container begins with."""

VERSION = 4
MAGIC = f"NPG{VERSION}".encode()

COMPRESSED = b"NPZ" + str(VERSION).encode()
"""The first bytes of a compressed container."""
