"""Runs exported programs and says what they do, as a program of its own: `python export_driver.py POINTS FILE…`.

For each file it writes a line of JSON: what `predict` answers at the points, and what `main` prints.
"""

import contextlib
import io
import json
import runpy
import sys
from typing import Any

import numpy as np


def run(path: str, points: Any) -> dict[str, Any]:
    """The answers of one program, then what its training prints."""
    program = runpy.run_path(path)
    if "torch" in program:
        points = program["torch"].tensor(points)
    outputs = np.asarray(program["predict"](points), dtype=float)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        program["main"]()
    return {"outputs": outputs.tolist(), "printed": printed.getvalue()}


if __name__ == "__main__":
    at = np.array(json.loads(sys.argv[1]))
    for file in sys.argv[2:]:
        print(json.dumps(run(file, at)))
