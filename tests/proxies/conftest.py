"""Proxies with certificates, and two servers behind one."""

from collections.abc import Iterator

import pytest

from tests.proxies.nginx import Authority
from tests.proxies.replicas import Replicas


@pytest.fixture(scope="session")
def authority() -> Authority:
    """Who certifies all proxies."""
    return Authority()


@pytest.fixture(scope="session")
def replicas(authority: Authority) -> Iterator[Replicas]:
    """Two servers behind one nginx. A test that kills one starts it again."""
    with Replicas(authority) as running:
        yield running
