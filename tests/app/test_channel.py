"""Envelopes come out of a stream as they went in, however it is cut."""

from hypothesis import given
from hypothesis import strategies as st

from app.protocol.envelopes import Envelope, MessageKind, Unpacker, pack

NUMBERS = st.integers(0, 2**32 - 1)
ENVELOPES = st.builds(
    Envelope,
    st.sampled_from(MessageKind),
    NUMBERS,
    st.binary(max_size=100),
    subscriber=NUMBERS,
    revision=NUMBERS,
    seq=NUMBERS,
    run=NUMBERS,
    epoch=st.integers(-1, 2**62),
)


@given(st.lists(ENVELOPES, max_size=6), st.lists(st.integers(1, 120)))
def test_envelopes_survive_any_cut(envelopes: list[Envelope], cuts: list[int]) -> None:
    stream = b"".join(b"".join(pack(envelope)) for envelope in envelopes)
    unpacker = Unpacker()
    received: list[Envelope] = []
    for cut in [*cuts, len(stream)]:
        piece, stream = stream[:cut], stream[cut:]
        received += unpacker.feed(piece)
    assert received == envelopes
