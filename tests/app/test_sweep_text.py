"""The text of sweeps: what it means, what is wrong with it, and what becomes of it in links."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.link import Axis, SweepText, View, format_link, format_sweep, parse_axes, parse_link, parse_sweep
from app.link.sweep import AXIS_KEYS, MOST_AXES, MOST_STARTS, MOST_VALUES
from engine import FIELDS, Config, ConfigError
from tests.support.session import Stage

EXAMPLE = "learningRate:0.001..3:8l;networkShape:1|2|4|8;starts:10"


def values_of(text: str) -> tuple[Any, ...]:
    (axis,) = parse_axes(text)
    return axis.values


def faults_in(text: str) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        parse_sweep(text)
    return [error.message for error in refused.value.errors]


def link_with(text: str, rest: str = "") -> tuple[SweepText | None, list[str]]:
    """The sweep of a link, and the messages about it."""
    link = parse_link(f"#seed=1&sweep={text}{rest}")
    return link.view.sweep, [warning.message for warning in link.warnings if warning.key == "sweep"]


# --- what it means ---


def test_example_of_the_documentation() -> None:
    sweep = parse_sweep(EXAMPLE)
    assert sweep == SweepText(
        (
            Axis(
                "learningRate",
                "learning_rate",
                (0.001, 0.00314, 0.00985, 0.0309, 0.097, 0.305, 0.956, 3),
                "0.001..3:8l",
            ),
            Axis("networkShape", "hidden_layer_sizes", ((1,), (2,), (4,), (8,)), "1|2|4|8"),
        )
    )
    assert format_sweep(sweep) == EXAMPLE


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("noise:0..50:6", (0, 10, 20, 30, 40, 50)),
        ("noise:0..1:4", (0, 0.333333, 0.666667, 1)),
        ("learningRate:0.01..1:3l", (0.01, 0.1, 1)),
        ("learningRate:0.1234567..0.1234569:50", (0.1234567, 0.1234569)),
        ("learningRate:0.99999..1:50l", (0.99999, 1)),
        ("batchSize:1..4:9", (1, 2, 3, 4)),
        ("batchSize:1..4:3", (1, 3, 4)),
        ("batchSize:1..10000:5L", (1, 10, 100, 1000, 10000)),
        ("noise : 5 | 1e1 |.5", (5, 10, 0.5)),
        ("noise=5", (5,)),
        ("networkShape:", ((),)),
        ("networkShape:|4|4,2", ((), (4,), (4, 2))),
        ("layerActivations:|relu|,tanh", ((), ("relu",), ("", "tanh"))),
        ("layerDropout:|0.5,,0.1", ((), (0.5, None, 0.1))),
        ("shuffle:false|true", (False, True)),
        ("regularization:none|L1|L2", ("none", "L1", "L2")),
        ("initializer:zeros|glorot_normal", ("zeros", "glorot_normal")),
        ("problem:classification|regression", ("classification", "regression")),
    ],
)
def test_values_of_an_axis(text: str, values: tuple[Any, ...]) -> None:
    found = values_of(text)
    assert found == values
    assert [type(value) is int for value in found] == [FIELDS[parse_axes(text)[0].field].kind == "integer"] * len(found)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("learning_rate:0,001..3:8L", "learningRate:0.001..3:8l;starts:10"),
        ("NETWORKSHAPE:4;hidden_layer_sizes:2", None),
        ("hiddenLayerSizes:4|2", "networkShape:4|2;starts:10"),
        ("activation:ReLU|silu|Leaky ReLU", "activation:relu|swish|leaky_relu;starts:10"),
        ("starts:3;noise:0,5|1", "noise:0.5|1;starts:3"),
        (";; noise : 1 ;; ", "noise:1;starts:10"),
        ("epochs:500;vary:data;starts:400", "starts:400;vary:data;epochs:500"),
        ("", "starts:10"),
    ],
)
def test_other_spellings_become_canonical(text: str, canonical: str | None) -> None:
    if canonical is None:
        assert "every setting once" in faults_in(text)[0]
    else:
        assert format_sweep(parse_sweep(text)) == canonical


def test_every_setting_but_seeds_can_be_swept() -> None:
    fields = {key.slot for key in AXIS_KEYS.values()}
    assert fields == set(FIELDS) - {"seed", "weight_seed", "weight_offset", "own_examples", "features"}


def test_axes_take_no_options() -> None:
    assert parse_axes("") == ()
    with pytest.raises(ConfigError, match="got 'starts'; expected a setting"):
        parse_axes("noise:1;starts:10")


# --- what is wrong ---

SUCH = "expected a setting as it is called in links, such as {}, but no seed or feature"
OTHER = SUCH.format("learningRate")
RANGE = "expected a range with its number of values, such as 0.1..1:4, or values separated by |"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("speed:1|2", f"sweep: got 'speed'; {OTHER}"),
        ("lossFunction:1", f"sweep: got 'lossFunction'; {OTHER}"),
        ("optimiser:sgd|adam", f"sweep: got 'optimiser'; {SUCH.format('optimizer')}"),
        ("seed:1|2", f"sweep: got 'seed'; {OTHER}"),
        ("xTimesY:true|false", f"sweep: got 'xTimesY'; {OTHER}"),
        ("learningRate", f"learningRate: got ''; {RANGE}"),
        ("learningRate:", f"learningRate: got ''; {RANGE}"),
        ("networkShape", "networkShape: got ''; expected values separated by |"),
        ("networkShape:1..4:3", "networkShape: got '1..4:3'; expected values separated by |"),
        ("learningRate:0.1..1", f"learningRate: got '0.1..1'; {RANGE}"),
        ("learningRate:0.1..1:many", f"learningRate: got '0.1..1:many'; {RANGE}"),
        ("noise:1..2:3|5", f"noise: got '1..2:3|5'; {RANGE}"),
        ("noise:1|2..3:4", f"noise: got '1|2..3:4'; {RANGE}"),
        ("learningRate:3..0.001:0", "learningRate: got '3..0.001:0'; expected a range of 2 to 100 values"),
        ("learningRate:0.1..1:1", "learningRate: got '0.1..1:1'; expected a range of 2 to 100 values"),
        ("learningRate:0.1..1:999999999", "learningRate: got '0.1..1:999999999'; expected a range of 2 to 100 values"),
        ("noise:50..5:3", "noise: got '50..5:3'; expected a range from a lower value to a higher one"),
        ("noise:5..5:3", "noise: got '5..5:3'; expected a range from a lower value to a higher one"),
        ("noise:0..50:3l", "noise: got '0..50:3l'; expected a range that starts above 0, since it is logarithmic"),
        ("learningRate:0..1:4", "learningRate: got '0'; expected a number above 0 up to 100"),
        ("noise:0..90:4", "noise: got '90'; expected a number from 0 to 80"),
        ("noise:90", "noise: got '90'; expected a number from 0 to 80"),
        ("noise:5|", "noise: got ''; expected a number from 0 to 80"),
        ("noise:NaN", "noise: got 'NaN'; expected a number from 0 to 80"),
        ("batchSize:1.5|2", "batchSize: got '1.5'; expected a whole number from 1 to 10000"),
        ("shuffle:perhaps", "shuffle: got 'perhaps'; expected true or false"),
        ("problem:", "problem: got ''; expected values separated by |"),
        ("problem:ranking", "problem: got 'ranking'; expected one of classification, regression"),
        ("noise:5|5.0", "noise: got '5.0'; expected every value once"),
        ("noise:5;noise:6", "noise: got '6'; expected every setting once"),
        ("starts:0", f"starts: got '0'; expected a whole number from 1 to {MOST_STARTS}"),
        ("starts:401", f"starts: got '401'; expected a whole number from 1 to {MOST_STARTS}"),
        ("starts:1e1", f"starts: got '1e1'; expected a whole number from 1 to {MOST_STARTS}"),
        ("starts:1;starts:2", "starts: got '2'; expected every setting once"),
        ("vary:nothing", "vary: got 'nothing'; expected one of weights, data, both"),
        ("epochs:10001", "epochs: got '10001'; expected a whole number from 1 to 10,000"),
        ("noise:" + "|".join(map(str, range(MOST_VALUES + 1))), "noise: got 101 values; expected at most 100 values"),
        (
            "noise:1;dropout:0;patience:1;outliers:1;jitter:1",
            f"sweep: got 5 settings; expected at most {MOST_AXES} settings",
        ),
    ],
)
def test_fault_names_text_and_expectation(text: str, fault: str) -> None:
    assert faults_in(text) == [fault]


def test_endless_text_is_cut() -> None:
    found = faults_in("speed:1;" * 5000)
    assert (found[0], len(found)) == ("sweep: got 5000 parts; expected at most 7 parts", 8)


def test_every_fault_is_listed() -> None:
    found = faults_in("noise:90|1|x;speed:1;vary:luck;epochs:0")
    assert [fault.partition(":")[0] for fault in found] == ["noise", "noise", "sweep", "vary", "epochs"]


# --- in links ---


def test_link_carries_a_sweep() -> None:
    view = View(sweep=parse_sweep(f"{EXAMPLE};vary:both;epochs:200"))
    link = format_link(Config(seed="1"), view)
    assert "&sweep=learningRate:0.001..3:8l;networkShape:1%7C2%7C4%7C8;starts:10;vary:both;epochs:200" in link
    assert parse_link(link) == (Config(seed="1"), view, ())


@pytest.mark.parametrize(
    "text",
    [
        EXAMPLE,
        quote(EXAMPLE, safe=""),
        quote(quote(EXAMPLE)),
        f" {EXAMPLE} ",
        f"“{EXAMPLE}”",
        EXAMPLE.replace(";", "\u200b;\u00a0"),
        EXAMPLE.replace(";", "%3B%0A").replace(":", "："),
        EXAMPLE.replace("e:", "e=").replace("s:", "s="),
    ],
)
def test_damaged_sweep_is_repaired(text: str) -> None:
    assert link_with(text) == (parse_sweep(EXAMPLE), [])


def test_sweep_survives_wrapped_addresses() -> None:
    link = format_link(Config(seed="1"), View(sweep=parse_sweep(EXAMPLE)))
    for text in (
        f"https://example.org/login?next={quote(link, safe='')}",
        link.replace("&", "&amp;"),
        quote(link),
        link.replace("=", "=3D"),
    ):
        assert parse_link(text).view.sweep == parse_sweep(EXAMPLE)


OVER = "sweep asks for a layer of 100 neurons, and this server allows 64; {} values of networkShape are left out."
IDLE = "which has no effect here; expected optimizer to be momentum, nesterov, adam or adamw."


@pytest.mark.parametrize(
    ("text", "used", "message"),
    [
        (
            "learningRate:0,01..1:3l;starts:5",
            "learningRate:0.01..1:3l;starts:5",
            "sweep “{}” has a decimal comma in “0,01”; learningRate:0.01..1:3l;starts:5 is used instead.",
        ),
        (
            "activation:ReLU|tanh",
            "activation:relu|tanh",
            "sweep “{}” has “ReLU” for relu; activation:relu|tanh;starts:10 is used instead.",
        ),
        (
            "noise:1;speed:3",
            "noise:1",
            f"sweep “{{}}” cannot be swept as given (sweep: got 'speed', {OTHER}); noise:1;starts:10 is used instead.",
        ),
        (
            "noise:1|900;starts:5",
            None,
            "sweep “{}” cannot be swept (noise: got '900', expected a number from 0 to 80); it is ignored.",
        ),
        (
            "“noise:0,5;shuffle:true",
            "noise:0.5;shuffle:true",
            "sweep “{}” has a decimal comma in “0,5”; noise:0.5;shuffle:true;starts:10 is used instead.",
        ),
        ("|", None, f"sweep “{{}}” cannot be swept (sweep: got '|', {OTHER}); it is ignored."),
        (
            "networkShape:4|100;noise:1",
            "networkShape:4;noise:1",
            OVER.format("1 of 2"),
        ),
        ("networkShape:100", None, OVER.format("1 of 1")),
        ("momentum:0|0.5", "momentum:0|0.5", f"sweep varies momentum, {IDLE}"),
    ],
)
def test_link_says_what_is_wrong_with_sweep(text: str, used: str | None, message: str) -> None:
    found, messages = link_with(text, "&noise=0")
    assert found == (None if used is None else parse_sweep(used))
    assert messages == [message.format(text)]


def test_axis_with_effect_in_some_cells_is_fine() -> None:
    assert link_with("optimizer:sgd|momentum;momentum:0|0.5")[1] == []
    assert link_with("momentum:0|0.5", "&optimizer=adam")[1] == []
    assert link_with("leakySlope:0|1", "&layerActivations=,leaky_relu")[1] == []


def test_page_hears_of_sweep_in_link() -> None:
    stage = Stage(f"#sweep={quote('noise:0|25;starts:7')}")
    view = stage.ask("set_view", changes={"words": True})[0][1]["view"]
    axes = [{"key": "noise", "field": "noise", "values": [0.0, 25.0], "text": "0|25"}]
    assert view["sweep"] == {"axes": axes, "starts": 7, "vary": "weights", "epochs": None}


# --- any text ---


def number_text(name: str) -> st.SearchStrategy[str]:
    field = FIELDS[AXIS_KEYS[name].slot]
    low, high = field.low or 0, field.high or 0
    if field.kind == "integer":
        return st.integers(int(low), int(high)).map(str)
    return st.floats(low, high, exclude_min=field.above).map(lambda number: format(number, ".17g"))


def value_text(name: str) -> st.SearchStrategy[str]:
    field = FIELDS[AXIS_KEYS[name].slot]
    if field.kind in {"number", "integer"}:
        return number_text(name)
    lists = {
        "choice": st.sampled_from([*(field.choices or ())]),
        "flag": st.sampled_from(["true", "false"]),
        "names": st.lists(st.sampled_from(["", *(field.choices or ())]), max_size=3).map(",".join),
        "numbers": st.lists(st.sampled_from(["", "0", "0.25"]), max_size=3).map(",".join),
        "integers": st.lists(st.integers(1, 9).map(str), max_size=3).map(",".join),
    }
    return lists[field.kind]


@st.composite
def axis_texts(draw: st.DrawFn, name: str) -> str:
    numeric = FIELDS[AXIS_KEYS[name].slot].kind in {"number", "integer"}
    if numeric and draw(st.booleans()):
        first, last = (draw(number_text(name)) for _ in range(2))
        return f"{name}:{first}..{last}:{draw(st.integers(2, MOST_VALUES))}{draw(st.sampled_from(['', 'l']))}"
    return f"{name}:{'|'.join(draw(st.lists(value_text(name), min_size=1, max_size=5)))}"


@st.composite
def sweep_texts(draw: st.DrawFn) -> str:
    names = draw(st.lists(st.sampled_from([*AXIS_KEYS]), max_size=MOST_AXES, unique=True))
    options = [f"starts:{draw(st.integers(1, MOST_STARTS))}", "vary:both", f"epochs:{draw(st.integers(1, 10_000))}"]
    return ";".join([*(draw(axis_texts(name)) for name in names), *draw(st.permutations(options))[:2]])


def refusals_of(text: str) -> list[str]:
    """What was expected instead of the parts that are refused."""
    try:
        parse_sweep(text)
    except ConfigError as error:
        return [fault.allowed for fault in error.errors]
    return []


@given(sweep_texts())
def test_possible_sweep_survives_formatting(text: str) -> None:
    if refusals := refusals_of(text):
        # a range may run backward or start at 0, a list may have a value twice, and an axis no text
        assert all(re.search("range|once|separated by", refusal) for refusal in refusals)
        return
    sweep = parse_sweep(text)
    assert parse_sweep(format_sweep(sweep)) == sweep
    for axis in sweep.axes:
        assert 1 <= len(axis.values) == len(set(axis.values)) <= MOST_VALUES
        assert [FIELDS[axis.field].check(value) for value in axis.values] == [*axis.values]


PIECES = [*AXIS_KEYS, *"|;:=.,l0159", "..", "starts", "vary", "%7C", "%", "&", "\u200b", " ", "1e99", "-"]


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join) | st.text(max_size=40))
def test_odd_text_never_raises_in_links(text: str) -> None:
    link = parse_link(f"#seed=1&sweep={text}")
    again = parse_link(format_link(link.config, link.view))
    assert (again.config, again.view) == (link.config, link.view)


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join) | st.text(max_size=40))
def test_odd_text_is_refused_or_canonical(text: str) -> None:
    refusals = refusals_of(text)
    assert all(refusals)
    if not refusals:
        assert parse_sweep(format_sweep(parse_sweep(text))) == parse_sweep(text)
