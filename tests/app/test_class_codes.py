"""Codes and secrets of a class: what is forgiven in a typed code, and that nobody can make up a secret."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.classroom.codes import (
    ALPHABET,
    CODE_LENGTH,
    code_of,
    is_genuine,
    is_seat,
    new_secret,
    normalize,
    screen_secret,
    seat_key,
    spelled,
)

CODES = st.text(ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH)


@given(CODES, st.data())
def test_normalize_forgives_how_people_type(code: str, data: st.DataObject) -> None:
    spellings = {"0": "0Oo", "1": "1IiLl"}
    gaps = st.sampled_from(["", " ", "-", " - "])
    typed = "".join(
        data.draw(gaps) + data.draw(st.sampled_from(spellings.get(letter, letter + letter.lower()))) for letter in code
    )
    assert normalize(typed + data.draw(gaps)) == code


@given(st.one_of(st.text(), st.text(ALPHABET + "abcoilu -")))
def test_normalize_twice_changes_nothing(text: str) -> None:
    code = normalize(text)
    assert code is None or (normalize(code) == code and re.fullmatch("[0-9A-HJKMNP-TV-Z]{6}", code))


@pytest.mark.parametrize(
    "text",
    ["", "ABC23", "ABC2345", "ABCU23", "ABC２３４", "ABC23\u0131", "ABC\u200b234", "ABC_234", "ABC234" + " " * 100],
)
def test_normalize_refuses_what_is_no_code(text: str) -> None:
    assert normalize(text) is None


def test_secret_is_genuine_only_with_key() -> None:
    secret = new_secret("a key")
    assert re.fullmatch("[A-Za-z0-9_-]{43}", secret)
    assert is_genuine(secret, "a key")
    assert not is_genuine(secret, "another key")
    assert not is_genuine(secret)
    assert is_genuine(new_secret())
    assert new_secret() != new_secret()


@given(st.integers(0, 42), st.sampled_from("AZaz09-_"))
def test_no_changed_secret_is_genuine(place: int, letter: str) -> None:
    """Not even one that stands for the same bytes."""
    secret = new_secret("a key")
    changed = secret[:place] + letter + secret[place + 1 :]
    assert is_genuine(changed, "a key") == (changed == secret)


def test_secret_in_other_spelling_is_refused() -> None:
    secret = new_secret()
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = secret[:-1] + letters[letters.index(secret[-1]) ^ 1]
    assert not is_genuine(other)


@given(st.one_of(st.text(), st.characters().map(lambda letter: letter * 43), st.just("A" * 100_000)))
def test_garbage_is_no_secret(text: str) -> None:
    assert not is_genuine(text)


def test_code_follows_from_secret() -> None:
    secrets = [new_secret() for _ in range(4)]
    codes = [code_of(secret) for secret in secrets]
    assert [code_of(secret) for secret in secrets] == codes
    assert len(set(codes)) == 4
    assert all(normalize(code) == code for code in codes)


@given(st.integers(0, 2**30 - 1))
def test_every_number_is_another_code(number: int) -> None:
    code = spelled(number)
    assert normalize(code) == code
    assert sum(ALPHABET.index(letter) * 32**place for place, letter in enumerate(code)) == number


def test_screen_secret_differs_and_is_no_secret() -> None:
    secret = new_secret()
    screen = screen_secret(secret)
    assert re.fullmatch("[A-Za-z0-9_-]{22}", screen)
    assert screen == screen_secret(secret) != screen_secret(new_secret())
    assert not is_genuine(screen)


@pytest.mark.parametrize(
    ("text", "fits"),
    [("a" * 16, True), ("-_09azAZ" * 8, True), ("a" * 15, False), ("a" * 65, False), ("é" * 16, False), ("", False)],
)
def test_seat_is_checked(text: str, fits: bool) -> None:
    assert is_seat(text) == fits


def test_seat_key_does_not_contain_seat() -> None:
    seat = "abcdefghijklmnop"
    assert re.fullmatch("[0-9a-f]{32}", seat_key(seat))
    assert seat_key(seat) == seat_key(seat) != seat_key(seat + "q")
