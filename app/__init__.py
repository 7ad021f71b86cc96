"""The server: sessions, the scheduler that trains them, the wire and the pages."""

import os
import sys

import numpy_playground

# `python -m app.cli` would look for all modules in the current folder first; other programs that import this may
if sys.argv[:1] == ["-m"]:
    numpy_playground.isolate()

# Small products gain nothing from a second thread, and with many sessions the threads only get in each other's way.
# NumPy reads this when it is first imported, which is why it is set here. In a notebook, NumPy also serves others.
if "ipykernel" not in sys.modules:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
