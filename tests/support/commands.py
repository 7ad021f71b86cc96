"""An example of every command."""

from typing import Any

from app.protocol.version import VERSION

EXAMPLES: dict[str, dict[str, Any]] = {
    "hello": {"version": VERSION, "link": "#seed=1", "session": "abc", "checkpoint": {"epoch": 1}},
    "configure": {"changes": {"learning_rate": 0.1}},
    "set_view": {"changes": {"discretize": True, "hidden": ["noise"]}},
    "compose": {"changes": {"locked": ["noise"], "hide_text": True}},
    "open": {"link": "#seed=2"},
    "play": {},
    "pause": {},
    "advance": {"unit": "minibatch", "count": 1000},
    "run_until": {"until": "plateau", "epochs": 100_000, "patience": 1},
    "seek": {"epoch": 12},
    "swap": {"variant": 0},
    "animate": {"on": True, "theme": "dark", "frames": 12},
    "try_starts": {"count": 100, "epochs": 10_000, "vary": "both"},
    "cancel_starts": {},
    "estimate_starts": {},
    "rewind": {},
    "reset": {},
    "reseed": {},
    "regenerate": {},
    "edit_examples": {"remove": [0, 2], "add": [[1.5, -2, 1, "train"]], "labels": ["cat", "dog"]},
    "set_speed": {"speed": "unlimited"},
    "select": {"unit": None},
    "set_parameter": {"index": 0, "value": -1.5},
    "inspect": {"panel": "confusion", "options": {"unit": 3, "threshold": 0.25, "compute": True, "directions": "path"}},
    "read": {"example": 3, "pixels": "AP8RAA=="},
    "export": {"format": "numpy"},
    "ack": {"seq": 2**53 - 1},
    "visible": {"on": False},
    "ping": {},
}
"""The fields of a command of each type, besides `type` and `id`, with values that are allowed."""
