"""`python -m app` is `playground`."""

import sys

import numpy_playground

if __name__ == "__main__":
    sys.exit(numpy_playground.main())
