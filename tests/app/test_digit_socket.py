"""Pictures over a real socket: a page, its way back, and its checkpoint."""

from collections.abc import Iterator

import numpy as np
import pytest

from app.link.digits import SMALL
from app.protocol.checkpoints import checkpoint_of
from tests.support.server import ServerThread

LINK = SMALL.replace("networkShape=30", "networkShape=4") + "&seed=3&trainCount=50"


@pytest.fixture(scope="module")
def server() -> Iterator[ServerThread]:
    with ServerThread(workers=0) as running:
        yield running


def test_a_page_trains_reads_and_returns(server: ServerThread) -> None:
    with server.open(LINK) as player:
        content = player.data["content"]
        assert player.data["arrays"]["pictures"].shape == (179, 64)
        reading = player.ask("read", example=60)
        assert (reading["type"], reading["example"]) == ("reading", 60)
        frame = player.train(3)
        assert frame["arrays"]["activations"].shape == (14,)
        assert player.ask("read", pixels="AAAA")["code"] == "bad_picture"
        session, link = player.welcome["session"], player.config["link"]
    with server.open(link, session=session, has=content) as again:
        frame = again.frame
        assert again.welcome["resumed"] == "session"
        assert (again.data["content"], again.data["arrays"]) == (content, {})
        assert (frame["epoch"], "checkpoint" in frame, "activations" in frame["arrays"]) == (3, True, False)


def test_a_checkpoint_resumes_bit_for_bit(server: ServerThread) -> None:
    with server.open(LINK) as player:
        player.train(2)
        checkpoint, link = checkpoint_of(player.raw_frame, player.config["link"]), player.config["link"]
        player.train(2)
        params = player.params
    with server.open(link, checkpoint=checkpoint) as other:
        assert other.frame["epoch"] == 2
        assert other.welcome["resumed"] == "checkpoint"
        other.train(2)
        np.testing.assert_array_equal(other.params, params)
