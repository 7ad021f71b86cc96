"""Engine processes: replaced when they die, with the sessions that were in them as they were last seen."""

import asyncio
import os
import signal

import numpy as np
import pytest

from app.protocol.checkpoints import Opening, encode_opening
from app.protocol.envelopes import Envelope, MessageKind
from app.settings import Settings
from app.workers.pool import WorkerPool
from tests.support.client import PATIENCE, SMALL, Client
from tests.support.server import ServerThread

pytestmark = pytest.mark.server


def kill(server: ServerThread, index: int = 0) -> None:
    os.kill(server.workers.processes[index], signal.SIGKILL)


def test_session_of_a_killed_process_keeps_its_weights() -> None:
    with ServerThread(workers=1) as server, server.open() as player:
        player.train(20)
        params, losses = player.params, (player.frame["train_loss"], player.frame["test_loss"])
        kill(server)
        config = player.until(lambda message: message["type"] == "config")
        assert config["link"] == player.config["link"]
        frame = player.until_frame()
        assert frame["epoch"] == 20
        assert (frame["train_loss"], frame["test_loss"]) == losses
        np.testing.assert_array_equal(player.params, params)
        assert player.train(5)["epoch"] == 25
        assert sorted(player.losses) == list(range(26))


def test_interrupted_run_learns_the_same_curve() -> None:
    with ServerThread(workers=1) as server, server.open() as player, server.open() as other:
        player.train(10)
        kill(server)
        player.until(lambda message: message["type"] == "config")
        player.until_frame()
        player.train(10)
        other.until(lambda message: message["type"] == "config")
        other.until_frame()
        other.train(20)
        np.testing.assert_array_equal(player.params, other.params)


def test_playing_session_continues_at_its_speed() -> None:
    with ServerThread(workers=1) as server, server.open() as player:
        player.ask("set_speed", speed="epochs_5")
        player.ask("play")
        epoch = player.until_frame(lambda frame: frame["epoch"] >= 20)["epoch"]
        kill(server)
        status = player.until(lambda message: message["type"] == "status")
        assert (status["playing"], status["speed"]) == (True, "epochs_5")
        player.until_frame(lambda frame: frame["epoch"] > epoch + 50)


def play_on(player: Client) -> None:
    """Wait until a session has trained for half a second."""
    target = player.frame["epoch"] + 30
    player.until_frame(lambda frame: frame["epoch"] > target)


def test_sessions_of_the_other_processes_do_not_notice() -> None:
    with ServerThread(workers=2) as server, server.open() as first, server.open() as second:
        for player in (first, second):
            player.ask("play")
        kill(server)
        for player in (first, second):
            play_on(player)
            play_on(player)
        assert sorted(player.config["revision"] for player in (first, second)) == [1, 2]


def test_change_just_before_a_kill_survives() -> None:
    with ServerThread(workers=1) as server, server.open() as player:
        player.train(3)
        player.acknowledges = False
        player.ask("configure", changes={"hidden_layer_sizes": [7]})
        kill(server)
        player.until(lambda message: message["type"] == "config")
        player.acknowledges = True
        assert player.config["layers"] == [2, 7, 1]
        assert player.until_frame()["epoch"] == 0


def test_returning_page_finds_session_of_dead_process() -> None:
    with ServerThread(workers=1) as server:
        with server.open() as first:
            first.train(9)
            session, link, params = first.welcome["session"], first.config["link"], first.params
        with server.open() as witness:
            kill(server)
            witness.until(lambda message: message["type"] == "config")
        with server.connect() as second:
            assert second.greet(link, session=session)["resumed"] == "session"
            assert second.frame["epoch"] == 9
            np.testing.assert_array_equal(second.params, params)


def test_a_process_is_replaced_again_and_again() -> None:
    with ServerThread(workers=1) as server, server.open(SMALL) as player:
        for epoch in (1, 2, 3):
            player.train(1)
            kill(server)
            player.until(lambda message: message["type"] == "config")
            assert player.until_frame()["epoch"] == epoch


def test_processes_end_with_their_server() -> None:
    with ServerThread(workers=2) as server:
        processes = server.workers.processes
        assert len(processes) == 2
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
