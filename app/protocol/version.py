"""The version of the wire, and the bytes that every container begins with."""

VERSION = 1
MAGIC = b"NPG1"
