"""Runs exported programs and says what they do, as a program of its own: `python export_driver.py POINTS FILE…`.

For each file it writes a line of JSON: what `predict` answers at the points, what `main` prints, and what `predict`
answers then. Programs for pictures are asked about as many of their last pictures instead.
"""

import contextlib
import io
import json
import runpy
import sys
from typing import Any

import numpy as np


def run(path: str, points: Any) -> dict[str, Any]:
    """The answers of one program, then what its training prints, then its answers once more."""
    program = runpy.run_path(path)
    if "PICTURES" in program:
        points = program["PICTURES"][-len(points) :]

    def answers() -> Any:
        return np.asarray(program["predict"](points), dtype=float).tolist()

    outputs = answers()
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        program["main"]()
    return {"outputs": outputs, "printed": printed.getvalue(), "trained": answers()}


if __name__ == "__main__":
    at = np.array(json.loads(sys.argv[1]))
    for file in sys.argv[2:]:
        try:
            print(json.dumps(run(file, at)))
        except Exception as error:
            raise RuntimeError(f"{file} failed") from error
