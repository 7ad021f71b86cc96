"""What the system knows about TCP connections on the loopback interface."""

from pathlib import Path

_ESTABLISHED = "01"


def _row(local_port: int, remote_port: int) -> list[str] | None:
    """The row of a connection in /proc/net/tcp, seen from its local port."""
    with Path("/proc/net/tcp").open(encoding="ascii") as table:
        for line in table:
            row = line.split()
            if row[1].endswith(f":{local_port:04X}") and row[2].endswith(f":{remote_port:04X}"):
                return row
    return None


def is_established(local_port: int, remote_port: int) -> bool:
    """Whether the end of a connection at `local_port` is still open."""
    row = _row(local_port, remote_port)
    return row is not None and row[3] == _ESTABLISHED


def unsent_bytes(local_port: int, remote_port: int) -> int:
    """Bytes that have been written at `local_port` and not been received at the other end."""
    row = _row(local_port, remote_port)
    return int(row[4].partition(":")[0], 16) if row else 0
