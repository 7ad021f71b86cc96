"""The engine's docstring examples pass as doctests."""

import doctest
import importlib
import pkgutil

import engine


def test_docstring_examples_pass() -> None:
    found = ["engine", *(module.name for module in pkgutil.walk_packages(engine.__path__, "engine."))]
    # which needs Numba, and has no examples
    names = [name for name in found if name != "engine.kernel"]
    results = {name: doctest.testmod(importlib.import_module(name)) for name in names}
    assert [name for name, result in results.items() if result.failed] == []
    assert sum(result.attempted for result in results.values()) >= 25
