"""Proxies that have certificates, and a browser that finds them under the name in `deploy/`."""

from collections.abc import Iterator

import pytest

from tests.proxies.nginx import Authority
from tests.proxies.replicas import Replicas


@pytest.fixture(scope="session")
def authority() -> Authority:
    """Who certifies all proxies."""
    return Authority()


@pytest.fixture(scope="module")
def replicas(authority: Authority) -> Iterator[Replicas]:
    """Two servers behind one nginx."""
    with Replicas(authority) as running:
        yield running
