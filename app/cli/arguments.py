"""Types of arguments, for `argparse`."""

import argparse
from collections.abc import Callable


def integer(low: int, high: int) -> Callable[[str], int]:
    """Reads an integer from `low` to `high`."""

    def whole_number(text: str) -> int:
        number = int(text)
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(f"{number} is not between {low} and {high}")
        return number

    whole_number.__name__ = "whole number"
    return whole_number


def number(text: str) -> float:
    """Reads a number."""
    return float(text)
