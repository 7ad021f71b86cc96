"""Names of students: anything may come, and only what can be shown is a name."""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.classroom.names import ADJECTIVES, ANIMALS, MOST_CHARACTERS, clean_name, is_friendly, numbered, suggest_names
from app.protocol.errors import ProtocolError

CORPUS = Path(__file__).parents[1] / "corpus/bad_inputs.jsonl"
LINES = [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines() if '"rm-' in line]
JOINS = [line for line in LINES if "-name-" in line["id"] and "json" in line["payload"]]

NAMES = st.text(st.sampled_from("AnßİΣé2 9"), min_size=1, max_size=24).map(lambda text: " ".join(text.split()) or "A")


def code_for(text: str) -> str:
    with pytest.raises(ProtocolError) as caught:
        clean_name(text)
    (fault,) = caught.value.faults
    assert fault.field == "name"
    assert fault.expected is not None
    assert fault.expected.startswith("a name of 1 to 24 characters")
    assert fault.got is not None
    assert fault.got.isprintable()
    return fault.code


@pytest.mark.parametrize("line", JOINS, ids=lambda line: line["id"])
def test_corpus_name_gets_expected_answer(line: dict[str, Any]) -> None:
    name, expected = line["payload"]["json"]["name"], line["expected"]
    if expected["reply"] != "ok":
        assert code_for(name) == expected["code"]
    elif len(name) <= MOST_CHARACTERS:
        assert clean_name(name) == name
    else:
        assert code_for(name) == "too_long"


@given(st.one_of(st.text(), st.text(st.characters(codec=None)), st.text("aé \u0301\u0335\u200b\u2060\ufe0f´\n")))
def test_any_text_is_name_or_refused(text: str) -> None:
    try:
        name = clean_name(text)
    except ProtocolError:
        assert code_for(text) in {"too_short", "too_long", "bad_text"}
        return
    assert 1 <= len(name) <= MOST_CHARACTERS
    assert name.isprintable()
    assert name == name.strip() == " ".join(name.split(" "))
    assert unicodedata.normalize("NFKC", name) == name
    assert clean_name(name) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  Ann \u00a0 Lee\u3000", "Ann Lee"),
        ("Ａｎｎ", "Ann"),
        ("Zoe\u0308", "Zoë"),
        ("O´Brien", "O’Brien"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("Nguyễn Thị", "Nguyễn Thị"),
        ("กิ๊ก", "กิ๊ก"),
        ("ကျော်", "ကျော်"),
        ("محمّد", "محمّد"),
        ("山田太郎", "山田太郎"),
        ("🦊 Ann", "🦊 Ann"),
        ("\u2764\ufe0f", "\u2764"),
        ("葛\U000e0100城", "葛城"),
        (" " * 2000 + "A" * 24, "A" * 24),
    ],
)
def test_name_keeps_what_can_be_seen(text: str, name: str) -> None:
    assert clean_name(text) == name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "too_short"),
        (" \u00a0\u2003", "too_short"),
        ("\u200b \u200d\u2060\ufeff", "too_short"),
        ("\u3164\u2800", "too_short"),
        ("A" * 25, "too_long"),
        ("\ufdfa" * 2, "too_long"),
        ("A" * 100_000, "too_long"),
        ("Ann\t", "bad_text"),
        ("Ann\u2028Bob", "bad_text"),
        ("\x00", "bad_text"),
        ("Ann\u202egnp", "bad_text"),
        ("Ann\u2066", "bad_text"),
        ("A\u200bnn", "bad_text"),
        ("Ann\u3164", "bad_text"),
        ("Ann\u034f", "bad_text"),
        ("\ue000", "bad_text"),
        ("\ud83d", "bad_text"),
        ("\uffff", "bad_text"),
        ("\u0301Ann", "bad_text"),
        ("x\u0335\u0321\u0335", "bad_text"),
        ("ก" + "็" * 5, "bad_text"),
    ],
)
def test_name_with_anything_unseen_is_refused(text: str, code: str) -> None:
    assert code_for(text) == code


@given(NAMES, st.lists(NAMES))
def test_numbered_name_is_free_and_short(name: str, taken: list[str]) -> None:
    found = numbered(name, taken)
    assert found.casefold() not in {other.casefold() for other in taken}
    assert clean_name(found)
    assert found == name or name.casefold() in {other.casefold() for other in taken}


def test_equal_names_are_counted() -> None:
    names: list[str] = []
    for name in ["Ann", "ANN", "ann", "Ann 2", "Straße", "STRASSE", "A" * 24, "A" * 24]:
        names.append(numbered(name, names))
    assert names == ["Ann", "ANN 2", "ann 3", "Ann 4", "Straße", "STRASSE 2", "A" * 24, "A" * 22 + " 2"]


def test_number_that_fills_name_stays() -> None:
    name = "1 9999999999999999999999"
    assert numbered(name, [name]) == "1 99999999999999999999 2"


def test_suggested_words_fit() -> None:
    words = [*ADJECTIVES, *ANIMALS]
    assert len(set(words)) == len(words) == 100
    assert all(word.isalpha() and word.istitle() and len(word) <= 10 for word in words)


@given(st.integers(0, 10), st.integers(0, 2390), st.integers(0, 2399))
def test_suggested_names_are_free_and_differ(count: int, gone: int, place: int) -> None:
    taken = [f"{adjective} {animal}" for adjective in ADJECTIVES for animal in ANIMALS][:gone]
    names = suggest_names([name.upper() for name in taken], count, lambda free: free[place % len(free)])
    assert len({*names} - {*taken}) == count
    assert [clean_name(name) for name in names] == names
    assert all(map(is_friendly, names))


def test_few_suggestions_share_no_word() -> None:
    names = suggest_names([], 40, lambda names: names[len(names) // 2])
    assert len({word for name in names for word in name.split()}) == 80


def test_no_suggestion_is_left_once_all_are_taken() -> None:
    *taken, last = [f"{adjective} {animal}" for adjective in ADJECTIVES for animal in ANIMALS]
    assert suggest_names(taken, 3, lambda names: names[0]) == [last]
    assert suggest_names([*taken, last], 3, lambda names: names[0]) == []


@pytest.mark.parametrize("name", ["", "Agile", "Agile ", "agile Alpaca", "Agile Alpaca 2", "Alpaca Agile"])
def test_other_names_are_not_friendly(name: str) -> None:
    assert not is_friendly(name)
