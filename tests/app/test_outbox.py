"""What waits for a connection: all messages in order, the newest frame, and never more than a window of frames."""

import asyncio

import pytest

from app.rooms.outbox import MAX_WAITING, WINDOW, Close, Frame, Outbox


def frame(seq: int, revision: int = 1) -> Frame:
    return Frame(seq, revision, run=1, epoch=10 * seq, data=b"frame %d" % seq)


def box() -> Outbox:
    """An outbox whose other side has been told config 1."""
    outbox = Outbox()
    outbox.put_config("config 1", 1)
    assert take(outbox) == ["config 1"]
    return outbox


def take(outbox: Outbox) -> list[str | bytes | Close]:
    """All that would be sent now."""
    taken: list[str | bytes | Close] = []
    while (item := outbox.take()) is not None:
        taken.append(item)
        if isinstance(item, Close):
            break
    return taken


def test_messages_leave_in_order_and_before_the_frame() -> None:
    outbox = box()
    outbox.put_frame(frame(1))
    outbox.put("a")
    outbox.put(b"b")
    assert take(outbox) == ["a", b"b", b"frame 1"]


def test_only_the_newest_waiting_frame_is_sent() -> None:
    outbox = box()
    for seq in (1, 2, 3):
        outbox.put_frame(frame(seq))
    assert take(outbox) == [b"frame 3"]


def test_only_the_newest_waiting_data_are_sent() -> None:
    outbox = box()
    outbox.put_data(b"old")
    outbox.put("config 2")
    outbox.put_data(b"new")
    assert take(outbox) == ["config 2", b"new"]
    outbox.put_data(b"newer")
    assert take(outbox) == [b"newer"]


def test_replaced_data_do_not_count_as_waiting() -> None:
    outbox = box()
    for number in range(9):
        outbox.put_data(bytes([number]) * (MAX_WAITING // 2))
    assert take(outbox) == [bytes([8]) * (MAX_WAITING // 2)]


def test_unacknowledged_frames_stay_within_the_window() -> None:
    outbox = box()
    sent: list[str | bytes | Close] = []
    for seq in range(1, WINDOW + 3):
        outbox.put_frame(frame(seq))
        sent += take(outbox)
    assert len(sent) == WINDOW
    assert not outbox.wants_frame
    outbox.acknowledge(WINDOW)
    assert take(outbox) == [b"frame %d" % (WINDOW + 2)]


def test_frame_is_wanted_when_it_could_be_sent() -> None:
    outbox = box()
    left: list[bool] = []
    outbox.on_frame_sent = lambda: left.append(outbox.wants_frame)
    assert outbox.wants_frame
    outbox.put_frame(frame(1))
    assert not outbox.wants_frame
    take(outbox)
    assert left == [True]
    outbox.visible = False
    assert not outbox.wants_frame


def test_an_acknowledgement_counts_for_all_frames_before_it() -> None:
    outbox = box()
    for seq in (1, 2):
        outbox.put_frame(frame(seq))
        take(outbox)
    outbox.acknowledge(2)
    assert outbox.wants_frame
    assert outbox.received == (1, 20)


def test_acknowledging_an_unsent_frame_changes_nothing() -> None:
    outbox = box()
    outbox.put_frame(frame(5))
    take(outbox)
    outbox.acknowledge(4)
    outbox.acknowledge(10**9)
    assert outbox.received == (0, -1)
    assert outbox.wants_frame


def test_new_config_frees_the_window() -> None:
    outbox = box()
    for seq in (1, 2, 3):
        outbox.put_frame(frame(seq))
        take(outbox)
    outbox.put_config("config 2", 2)
    outbox.put_frame(frame(4, revision=1))
    assert take(outbox) == ["config 2"]
    outbox.put_frame(frame(5, revision=2))
    assert take(outbox) == [b"frame 5"]


def test_the_same_config_again_keeps_the_frames() -> None:
    outbox = box()
    outbox.put_frame(frame(1))
    outbox.put_config("config 1 with another view", 1)
    assert take(outbox) == ["config 1 with another view", b"frame 1"]


def test_the_end_comes_after_all_messages() -> None:
    outbox = box()
    outbox.put("last words")
    outbox.close(4409, "moved")
    outbox.close(1000, "again")
    assert take(outbox) == ["last words", Close(4409, "moved")]


def test_who_lets_too_much_wait_is_given_up() -> None:
    outbox = box()
    for _ in range(MAX_WAITING // 1000 + 1):
        outbox.put(bytes(1000))
    assert isinstance(take(outbox)[-1], Close)


def test_the_sender_waits_until_there_is_something() -> None:
    async def run() -> object:
        outbox = Outbox()
        getting = asyncio.create_task(outbox.get())
        await asyncio.sleep(0)
        assert not getting.done()
        outbox.put("now")
        return await getting

    assert asyncio.run(run()) == "now"


@pytest.mark.parametrize("letter", ["x", "é", "語", "🦆"])
def test_waiting_text_is_counted_in_bytes(letter: str) -> None:
    size = MAX_WAITING // 8
    outbox = box()
    for _ in range(8):
        outbox.put(letter * (size // len(letter.encode())))
    assert take(outbox)[-1] != Close(1008, "send queue is full")
    for _ in range(9):
        outbox.put(letter * (size // len(letter.encode())))
    assert isinstance(take(outbox)[-1], Close)
