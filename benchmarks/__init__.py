"""Benchmarks: the measurements behind design decisions, kept next to the code."""

import os

# One BLAS thread for every competitor; NumPy reads this when it is first imported.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
