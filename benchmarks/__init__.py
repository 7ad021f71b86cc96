"""Benchmarks: measurements that decided something, kept beside the code."""

import os

# One BLAS thread for every competitor; read when NumPy is first imported.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
