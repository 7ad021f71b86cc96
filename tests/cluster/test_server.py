"""A server whose many starts are trained on a cluster, and by itself once the cluster has gone."""

from pathlib import Path

import pytest

from tests.support.client import Client, Message
from tests.support.dask import scheduler, worker
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.cluster, pytest.mark.server]

LINK = "#seed=0.7&dataset=gauss&networkShape=3"


def rest_of(client: Client) -> list[Message]:
    """All that a page hears about its starts, until they have ended."""
    heard = [client.answer("starts")]
    while not heard[-1]["ended"]:
        heard.append(client.answer("starts"))
    return heard


def indices_in(heard: list[Message]) -> list[int]:
    """Which starts have come, in order."""
    return sorted(start["index"] for message in heard for start in message["starts"])


def test_server_trains_on_cluster_until_it_is_lost(tmp_path: Path) -> None:
    with (
        scheduler(tmp_path) as (address, dask),
        worker(address, tmp_path),
        ServerProcess(workers=1, cluster=address) as server,
        server.open(LINK) as client,
    ):
        client.ask("try_starts", count=20, epochs=5)
        heard = rest_of(client)
        assert (heard[-1]["ended"], heard[-1]["notice"]) == ("done", None), server.errors
        assert indices_in(heard) == list(range(20))
        assert server.of_sweeps == []
        client.ask("try_starts", count=200, epochs=1000)
        begun = client.until(lambda message: message["type"] == "starts" and message["starts"])
        dask.kill()
        heard = [begun, *rest_of(client)]
        assert (heard[-1]["ended"], heard[-1]["notice"]) == ("done", "The cluster was lost; this machine goes on.")
        assert indices_in(heard) == list(range(200))
        assert len(server.of_sweeps) > 0
        server.until_said(f"the cluster at {address} is not used")


def test_server_starts_without_its_cluster() -> None:
    with ServerProcess(workers=1, cluster="tcp://127.0.0.1:1") as server, server.open(LINK) as client:
        client.ask("try_starts", count=2, epochs=1)
        (*_, last) = rest_of(client)
        assert last["notice"] == "The cluster cannot be reached; this machine trains the starts."
        assert server.errors.count("No Dask scheduler answers at tcp://127.0.0.1:1") == 1
