"""Garbage collection in an engine process, for which all of its sessions wait."""

import gc

FULL_AFTER = 1000
"""How many collections of young objects, each after 7,000 that stay, come before a full one."""


def collect_rarely() -> None:
    """Exempt what exists by now from collections, and make full ones rare.

    A full collection visits every object of every session, of which a long run has thousands. It finds next to nothing:
    a session that is closed leaves no cycles behind, so that it is freed at once.
    """
    gc.collect()
    gc.freeze()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, FULL_AFTER)
