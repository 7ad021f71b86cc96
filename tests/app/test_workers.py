"""Engine processes: replaced when they die, with the sessions that were in them as they were last seen."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pytest

from app.protocol.checkpoints import Opening, encode_opening
from app.protocol.envelopes import Envelope, MessageKind
from app.settings import Settings
from app.workers.pool import WorkerPool
from tests.app.test_own_data import LARGE, WITHOUT
from tests.support.client import PATIENCE, SMALL, Client, Message
from tests.support.server import ServerThread

pytestmark = [pytest.mark.server, pytest.mark.resilience]


def kill(server: ServerThread, index: int = 0) -> None:
    os.kill(server.workers.processes[index], signal.SIGKILL)


def until_reopened(player: Client) -> Message:
    """Wait for the config and the first frame with which a session comes back; returns the config."""
    config = player.answer("config")
    player.until_frame()
    return config


@pytest.fixture(scope="module")
def server() -> Iterator[ServerThread]:
    with ServerThread(workers=1) as running:
        yield running


class Witnesses(NamedTuple):
    """Connections to a process that was killed; each of them keeps what it had received by then until it is read."""

    trained: Client
    """Had trained 20 epochs."""
    interrupted: Client
    """Had trained 10 epochs."""
    undisturbed: Client
    """Had trained nothing."""
    playing: Client
    """Was training at a speed of its own, and had reached epoch 20."""
    changed: Client
    """Had just changed its network, and not yet acknowledged a frame of the new one."""
    drawn: Client
    """Had just lost one of more examples of its own than a link can carry."""
    left: Client
    """Had trained 9 epochs, and has been closed; its page comes back later."""


def losses_of(player: Client) -> tuple[float, float]:
    return player.frame["train_loss"], player.frame["test_loss"]


@pytest.fixture(scope="module")
def witnesses(server: ServerThread) -> Iterator[Witnesses]:
    """One kill, and everybody who has lived through it."""
    with contextlib.ExitStack() as stack:
        trained, interrupted, undisturbed, playing, changed = (
            stack.enter_context(server.open(f"{SMALL}&noise={noise}")) for noise in (1, 2, 2, 3, 4)
        )
        drawn = stack.enter_context(server.open(WITHOUT, examples=LARGE))
        trained.train(20)
        interrupted.train(10)
        playing.ask("set_speed", speed="epochs_5")
        playing.ask("play")
        with server.open() as left:
            left.train(9)
        playing.until_frame(lambda frame: frame["epoch"] >= 20)
        changed.train(3)
        changed.acknowledges = False
        changed.ask("configure", changes={"hidden_layer_sizes": [7]})
        drawn.train(5)
        drawn.ask("edit_examples", remove=[0])
        drawn.answer("data")
        kill(server)
        yield Witnesses(trained, interrupted, undisturbed, playing, changed, drawn, left)


def test_session_of_a_killed_process_keeps_its_weights(witnesses: Witnesses) -> None:
    player = witnesses.trained
    link, losses, params = player.config["link"], losses_of(player), player.params
    assert until_reopened(player)["link"] == link
    assert player.frame["epoch"] == 20
    assert losses_of(player) == losses
    np.testing.assert_array_equal(player.params, params)
    assert player.train(5)["epoch"] == 25
    assert sorted(player.losses) == list(range(26))


def test_interrupted_run_learns_the_same_curve(witnesses: Witnesses) -> None:
    player, other = witnesses.interrupted, witnesses.undisturbed
    until_reopened(player)
    player.train(10)
    until_reopened(other)
    other.train(20)
    np.testing.assert_array_equal(player.params, other.params)


def test_playing_session_continues_at_its_speed(witnesses: Witnesses) -> None:
    player = witnesses.playing
    epoch = player.frame["epoch"]
    status = player.answer("status")
    assert (status["playing"], status["speed"]) == (True, "epochs_5")
    player.until_frame(lambda frame: frame["epoch"] > epoch + 50)


def test_change_just_before_a_kill_survives(witnesses: Witnesses) -> None:
    player = witnesses.changed
    player.acknowledges = True
    until_reopened(player)
    assert player.config["layers"] == [2, 7, 1]
    assert player.frame["epoch"] == 0


def test_own_examples_survive_a_killed_process(witnesses: Witnesses) -> None:
    player = witnesses.drawn
    examples = player.data["examples"]
    assert player.answer("data")["examples"] == examples
    assert player.until_frame()["epoch"] == 5


def test_returning_page_finds_session_of_dead_process(server: ServerThread, witnesses: Witnesses) -> None:
    first = witnesses.left
    with server.connect() as second:
        assert second.greet(first.config["link"], session=first.welcome["session"])["resumed"] == "session"
        assert second.frame["epoch"] == 9
        np.testing.assert_array_equal(second.params, first.params)


def test_a_process_is_replaced_again_and_again(server: ServerThread) -> None:
    with server.open() as player:
        for epoch in (1, 2):
            player.train(1)
            kill(server)
            until_reopened(player)
            assert player.frame["epoch"] == epoch


def play_on(player: Client) -> None:
    """Wait until a session has trained for a quarter of a second."""
    target = player.frame["epoch"] + 15
    player.until_frame(lambda frame: frame["epoch"] > target)


def test_only_sessions_of_the_killed_process_notice() -> None:
    with ServerThread(workers=2) as server, server.open() as first, server.open() as second:
        for player in (first, second):
            player.ask("play")
        kill(server)
        for player in (first, second):
            play_on(player)
            play_on(player)
        assert sorted(player.config["revision"] for player in (first, second)) == [1, 2]
        processes = server.workers.processes
        assert len(processes) == 2
    # all of them end with their server
    for pid in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_commands_during_replacement_reach_the_next_process() -> None:
    async def scenario() -> None:
        said: asyncio.Queue[Envelope] = asyncio.Queue()
        opening = Envelope(MessageKind.OPEN, 1, encode_opening(Opening(link=SMALL)))
        workers = WorkerPool(Settings(workers=1))
        await workers.start(said.put_nowait, lambda index, _: workers.send(index, opening))
        await workers.until_ready()
        try:
            (pid,) = workers.processes
            os.kill(pid, signal.SIGKILL)
            while workers.processes:  # noqa: ASYNC110 - there is nothing that could be waited for
                await asyncio.sleep(0)
            workers.send(0, Envelope(MessageKind.COMMAND, 1, b'{"type":"play","id":7}', subscriber=3))
            async with asyncio.timeout(PATIENCE):
                while b'"id":7' not in (await said.get()).payload:
                    pass
            assert workers.processes != [pid]
        finally:
            await workers.stop()

    asyncio.run(scenario())
