"""Connections that lag get a smaller map, and the full one again when they keep up."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocol.commands import Hello
from app.protocol.containers import decode_container
from app.protocol.frames import FULL_MAP, SMALL_MAP
from app.rooms import lag as lags
from app.rooms.lag import LATE, LEAST, PERIOD, Lag
from app.rooms.outbox import WINDOW, Outbox
from engine.boundary import thinned
from tests.app.test_rooms import LINK, RoomStage, drain
from tests.support.client import Client
from tests.support.clock import Clock
from tests.support.effort import many
from tests.support.server import ServerThread
from tests.support.session import Stage

KILOBYTES = {FULL_MAP: 12.6, SMALL_MAP: 5.1}
"""What a frame of the opening network weighs."""


class Switch(NamedTuple):
    """When a connection got another map, and which."""

    time: float
    side: int


def switches_of(delay_of: Callable[[int, float], float], seconds: float, rate: float = 60) -> list[Switch]:
    """What a connection gets if `delay_of` says how long a frame takes, by its side and the time.

    Its session makes at most `rate` frames a second, and a window of them is on its way.
    """
    lag, now = Lag(), 0.0
    switches: list[Switch] = []
    while now < seconds:
        delay = delay_of(lag.side, now)
        now += max(delay / WINDOW, 1 / rate)
        before = lag.side
        lag.note(now, delay)
        if lag.side != before:
            switches.append(Switch(now, lag.side))
    return switches


def side_after(delay_of: Callable[[int, float], float], seconds: float) -> int:
    switches = switches_of(delay_of, seconds)
    return switches[-1].side if switches else FULL_MAP


DELAYS = st.lists(st.tuples(st.floats(0, 3), st.floats(0, 2)), max_size=200)


def noted(delays: Sequence[tuple[float, float]]) -> list[Switch]:
    """The switches after acknowledgments, each with its delay and the seconds since the one before."""
    lag, now = Lag(), 0.0
    sides = [Switch(0.0, lag.side)]
    for delay, later in delays:
        now += later
        lag.note(now, delay)
        if lag.side != sides[-1].side:
            sides.append(Switch(now, lag.side))
    return sides[1:]


@many(sample=60, everything=2000)
@given(DELAYS)
def test_maps_change_once_a_period_at_most(delays: list[tuple[float, float]]) -> None:
    switches = noted(delays)
    assert all(later.time - earlier.time >= PERIOD for earlier, later in pairwise(switches))
    assert [switch.side for switch in switches] == [(SMALL_MAP, FULL_MAP)[n % 2] for n in range(len(switches))]


@many(sample=60, everything=2000)
@given(st.lists(st.tuples(st.floats(0, LATE), st.floats(0, 2)), max_size=200))
def test_connections_in_time_keep_the_full_map(delays: list[tuple[float, float]]) -> None:
    assert noted(delays) == []


@many(sample=60, everything=2000)
@given(st.lists(st.tuples(st.floats(10, 1000), st.integers(LEAST, 50)), max_size=20))
def test_pauses_are_no_lag(pauses: list[tuple[float, int]]) -> None:
    """A hidden page, or a network that was gone, holds up one window of frames."""
    delays: list[tuple[float, float]] = []
    for pause, frames in pauses:
        delays += [(0.02, 0.1)] * frames + [(pause, pause)] + [(pause, 0.0)] * (WINDOW - 1)
    assert noted(delays) == []


def test_lag_is_not_judged_by_few_frames() -> None:
    assert noted([(0.02, PERIOD / LEAST)] * (LEAST + 1) + [(10.0, 10.0)] * WINDOW + [(0.02, 1.0)] * LEAST) == []


@pytest.mark.parametrize("rate", [3, 12, 60])
def test_slow_sessions_are_no_lag(rate: float) -> None:
    assert switches_of(lambda side, now: 0.03, seconds=60, rate=rate) == []


def test_narrow_connections_get_the_small_map() -> None:
    assert side_after(lambda side, now: WINDOW * KILOBYTES[side] / 40, seconds=20) == SMALL_MAP


def test_connections_that_recover_get_the_full_map() -> None:
    def delay_of(side: int, now: float) -> float:
        return WINDOW * KILOBYTES[side] / (40 if now < 20 else 1000)

    assert side_after(delay_of, seconds=19) == SMALL_MAP
    assert side_after(delay_of, seconds=30) == FULL_MAP


@many(sample=20, everything=300)
@given(st.floats(40, 140), st.floats(0, 0.2))
def test_maps_do_not_flip_back_and_forth(kilobytes_a_second: float, distance: float) -> None:
    """However narrow a connection is, and however far its other end."""
    switches = switches_of(lambda side, now: distance + WINDOW * KILOBYTES[side] / kilobytes_a_second, seconds=600)
    assert len(switches) <= 24


@many(sample=20, everything=300)
@given(st.floats(LATE * 1.01, 3))
def test_far_connections_keep_the_full_map(distance: float) -> None:
    """Where frames take long whatever their size, a smaller map does not help."""
    switches = switches_of(lambda side, now: distance, seconds=600)
    assert [switch.side for switch in switches] == [SMALL_MAP, FULL_MAP]


def test_rooms_ask_for_the_map_of_their_page() -> None:
    stage, clock = RoomStage(), Clock()
    subscriber = stage.rooms.join(Hello(version=4, link=LINK), Outbox(clock=clock))
    session = stage.engines.take()[0].session
    stage.say_opened(session)
    drain(subscriber)
    asked: list[bytes] = []

    def acknowledge(frames: int, delay: float) -> None:
        for _ in range(frames):
            seq = len(asked) + 1
            stage.say_frame(session, seq)
            assert drain(subscriber) == ["frame"]
            clock.now += delay
            subscriber.outbox.acknowledge(seq)
            asked.append(stage.engines.take()[-1].payload)

    acknowledge(6, delay=1.0)
    assert asked == [b""] * 5 + [bytes([SMALL_MAP])]
    acknowledge(8, delay=0.5)
    assert set(asked[5:]) == {bytes([SMALL_MAP])}
    acknowledge(60, delay=0.1)
    assert asked[-1] == b""


def shapes(stage: Stage) -> list[tuple[int, ...]]:
    return [decode_container(frame)[1]["surface"].shape for frame in stage.frames]


def with_small_map() -> Stage:
    """A session that trains and has shown a small map."""
    stage = Stage()
    stage.ask("play")
    stage.session.grant(0, -1, SMALL_MAP)
    while not stage.frames:
        stage.run(1 / 250)
    return stage


def test_small_maps_end_when_training_stops() -> None:
    stage = with_small_map()
    stage.ask("pause")
    stage.session.grant(0, -1, SMALL_MAP)
    stage.run(1.0)
    assert shapes(stage) == [(SMALL_MAP, SMALL_MAP), (FULL_MAP, FULL_MAP)]
    epochs = [decode_container(frame)[0]["epoch"] for frame in stage.frames]
    assert epochs == [stage.trainer.epoch] * 2
    stage.session.grant(0, -1, SMALL_MAP)
    assert stage.session.ready_at() == float("inf")


def test_held_sessions_show_the_full_map() -> None:
    stage = with_small_map()
    stage.session.hold()
    stage.session.grant(0, -1, SMALL_MAP)
    stage.run(0.1)
    assert shapes(stage) == [(SMALL_MAP, SMALL_MAP), (FULL_MAP, FULL_MAP)]


@pytest.mark.parametrize("link", ["#seed=1&dataset=gauss4", "#seed=1&dataset=gauss&compare=activation%3Drelu"])
def test_small_maps_are_points_of_full_ones(link: str) -> None:
    full, small = (Stage(link) for _ in range(2))
    for stage, side in ((full, FULL_MAP), (small, SMALL_MAP)):
        stage.ask("set_speed", speed="epoch")
        stage.ask("play")
        stage.run(0.2)
        stage.session.grant(0, -1, side)
        stage.run(1 / 50)
    points = np.ix_(thinned(SMALL_MAP), thinned(SMALL_MAP))
    whole, thin = (decode_container(stage.frames[0])[1] for stage in (full, small))
    maps = {name for name, array in whole.items() if array.shape == (FULL_MAP, FULL_MAP)}
    assert maps == ({"surface", "classes"} if "gauss4" in link else {"surface", "variant_0_surface"})
    for name, array in whole.items():
        assert np.array_equal(thin[name], array[points] if name in maps else array)


def side_of(player: Client) -> int:
    side: int = player.until_frame()["arrays"]["surface"].shape[0]
    return side


def test_lagging_page_gets_a_small_map(site: ServerThread, monkeypatch: pytest.MonkeyPatch) -> None:
    # every acknowledgment counts as late, then as in time: no real time is measured
    monkeypatch.setattr(lags, "PERIOD", 0.0)
    monkeypatch.setattr(lags, "LATE", -1.0)
    monkeypatch.setattr(lags, "IN_TIME", -1.0)
    monkeypatch.setattr(lags, "_HELPS", float("inf"))
    with site.open() as player:
        player.ask("play")
        while side_of(player) == FULL_MAP:
            pass
        monkeypatch.setattr(lags, "IN_TIME", float("inf"))
        while side_of(player) == SMALL_MAP:
            pass
