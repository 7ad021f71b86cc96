"""The version of the wire, and the bytes that every container begins with."""

VERSION = 2
MAGIC = f"NPG{VERSION}".encode()
