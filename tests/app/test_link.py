"""Links: parsing, whatever happened to them, and formatting."""

import json
import math
import string
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.link import (
    CONTROLS,
    GOALS,
    HIDEABLE,
    KEYS,
    Link,
    View,
    format_link,
    parse_link,
    without_hidden,
)
from app.link.parse import MAX_LENGTH, MAX_WARNINGS
from app.link.values import parse_number
from app.settings import Limits
from app.text import format_number
from engine import FEATURES, FIELDS, Config
from engine.own_examples import OwnExamples, encode

COURSE_LINKS: dict[str, str] = json.loads(
    (Path(__file__).parents[1] / "golden" / "course_links.json").read_text("utf-8")
)
CANONICAL = (
    "#activation=tanh&batchSize=10&dataset=circle&regDataset=reg-plane&learningRate=0.03&regularizationRate=0&noise=0"
    "&networkShape=4,2&seed=0.48429&showTestData=false&discretize=false&percTrainData=50&x=true&y=true&xTimesY=false"
    "&xSquared=false&ySquared=false&cosX=false&sinX=false&cosY=false&sinY=false&collectStats=false"
    "&problem=classification&initZero=false&hideText=false"
)


def parse(fragment: str) -> Link:
    return parse_link(f"#seed=0.48429&{fragment}")


def warned(fragment: str) -> list[tuple[str, str]]:
    """Codes and keys of the warnings about a link."""
    return [(warning.code, warning.key) for warning in parse(fragment).warnings]


# --- the original's links ---


def test_format_link_matches_the_original() -> None:
    assert format_link(Config(seed="0.48429")) == CANONICAL


def test_link_omits_absent_regularization() -> None:
    assert format_link(Config(seed="1", regularizer="L2")).startswith(
        "#activation=tanh&regularization=L2&batchSize=10&"
    )


@pytest.mark.parametrize(
    "text", ["", "#", "  ", "https://playground.tensorflow.org/", "http://[::1]:8000/?a=b", "#&&=&"]
)
def test_empty_link_means_defaults_with_random_seed(text: str) -> None:
    link = parse_link(text)
    assert link == Link(Config(seed=link.config.seed), View(), ())
    assert len(link.config.seed) == len("0.48429")
    assert 0 <= float(link.config.seed) < 1


def test_links_without_seed_get_different_seeds() -> None:
    assert len({parse_link("#").config.seed for _ in range(20)}) > 1


FEW = encode(OwnExamples(np.ones((3, 2)), np.zeros(3), np.ones(3, np.uint8)))


@pytest.mark.parametrize("parts", [{"limits": Limits(units=3)}, {"examples": FEW}])
def test_link_read_before_heeds_limits_and_examples(parts: dict[str, Any]) -> None:
    link = "#dataset=own&networkShape=4&seed=0.7"
    first = parse_link(link)
    assert parse_link(link).config is first.config, "it is read once"
    other = parse_link(link, **parts)
    assert other.config != first.config
    assert parse_link(link) == first


@pytest.mark.parametrize(
    "text",
    [
        "activation=relu&batchSize=5",
        "#activation=relu&batchSize=5",
        "/#activation=relu&batchSize=5",
        "http://playground.tensorflow.org/#activation=relu&batchSize=5",
        "https://elsewhere.example/a/b.html?x=1#activation=relu&batchSize=5",
        "https://playground.tensorflow.org/?utm_source=x&batchSize=9#activation=relu&batchSize=5",
        "#activation=relu&amp;batchSize=5",
        "#activation=relu&amp;amp;batchSize=5",
        "#activation=relu&batchSize=5/",
        "#activation=relu&batchSize=5)",
        "  #activation=relu&batchSize=5).\n",
        "#activation=relu&batchSize=5%20",
        "#activ%61tion=rel%75&batchSize=%35",
        "#activation%3Drelu%26batchSize%3D5",
        "https://playground.tensorflow.org/%23activation=relu&batchSize=5",
        "#batchSize=5&activation=relu.",
    ],
)
def test_damaged_links_keep_their_meaning(text: str) -> None:
    link = parse_link(text)
    assert (link.config, link.warnings) == (Config(activation="relu", batch_size=5, seed=link.config.seed), ())


@pytest.mark.parametrize("reg", ["®", "&reg;", "%C2%AE", "%c2%ae", "%AE"])
def test_swallowed_reg_is_restored(reg: str) -> None:
    link = parse_link(f"#seed=1{reg}Dataset=reg-gauss{reg}ularizationRate=0.1{reg}ularization=L1&noise=5")
    assert link.config == Config(
        seed="1", regression_dataset="reg-gauss", regularization_rate=0.1, regularizer="L1", noise=5
    )


def test_link_from_lecture_slide_is_parsed() -> None:
    link = parse_link(COURSE_LINKS["lecture-slide"])
    assert link.config == Config(
        activation="relu",
        dataset="spiral",
        features=("x", "y", "xSquared"),
        hidden_layer_sizes=(5, 4, 3),
        seed="0.48429",
    )
    assert [(warning.code, warning.key, warning.got, warning.used) for warning in link.warnings] == [
        ("changed", "regDataset", "req-plane", "reg-plane")
    ]


def test_course_link_hides_features_and_keeps_goals() -> None:
    config, view, warnings = parse_link(COURSE_LINKS["first-network"])
    assert config.features == ("x", "y")
    assert {"xSquared", "ySquared", "xTimesY", "dataset", "problem"} < set(view.hidden)
    assert view.goals == (
        ("goalTestLossMinThresholdFirst", 0.35),
        ("goalTestLossMinThresholdSecond", 0.2),
        ("goalTestLossMinThresholdThird", 0.177),
    )
    assert (view.tutorial, view.collect_stats, view.hide_text) == ("dp-neural-net-intro-first", True, True)
    assert warnings == ()


@pytest.mark.parametrize("name", COURSE_LINKS)
def test_published_links_round_trip(name: str) -> None:
    config, view, _ = parse_link(COURSE_LINKS[name])
    assert parse_link(format_link(config, view)) == (config, view, ())


# --- values ---


@pytest.mark.parametrize(
    ("fragment", "field", "value"),
    [
        ("learningRate=0.15", "learning_rate", 0.15),
        ("learningRate= 0.3 ", "learning_rate", 0.3),
        ("learningRate=1e-3", "learning_rate", 0.001),
        ("learningRate=.5", "learning_rate", 0.5),
        ("learningRate=0x10", "learning_rate", 16),
        ("learningRate=+3.", "learning_rate", 3),
        ("learningRate=", "learning_rate", 0.03),
        ("learningRate=%20", "learning_rate", 0.03),
        ("learningRate", "learning_rate", 0.03),
        ("learningRate=0.1=0.2", "learning_rate", 0.1),
        ("noise=80", "noise", 80),
        ("noise=51", "noise", 51),
        ("percTrainData=33.3", "train_percent", 33.3),
        ("networkShape=", "hidden_layer_sizes", ()),
        ("networkShape= ", "hidden_layer_sizes", ()),
        ("networkShape", "hidden_layer_sizes", (4, 2)),
        ("networkShape=8", "hidden_layer_sizes", (8,)),
        ("networkShape=4%2C3, 2,0x2", "hidden_layer_sizes", (4, 3, 2, 2)),
        ("regularization=none", "regularizer", "none"),
        ("initZero=true", "initializer", "zeros"),
        ("initZero=false", "initializer", "uniform"),
        ("x=false&sinX=true", "features", ("y", "sinX")),
        ("x=no&y=0&ySquared=False", "features", ()),
        ("x=NO&y=Off&ySquared=ON&xSquared=1", "features", ("xSquared", "ySquared")),
        ("batchNorm=0", "batch_norm", False),
        ("shuffle=Yes", "shuffle", True),
        ("x=false&y=false", "features", ()),
        ("xSquared=true&xSquared_hide=true", "features", ("x", "y")),
        ("x_hide=true", "features", ("y",)),
        ("x_hide=True&y_hide=1", "features", ()),
        ("x_hide=False&y_hide=0", "features", ("x", "y")),
        ("weightSeed=%CF%80&weightOffset=22", "weight_seed", "π"),
        ("weightSeed=a&weightOffset=22", "weight_offset", 22),
    ],
)
def test_values_are_parsed_as_in_the_original(fragment: str, field: str, value: object) -> None:
    link = parse(fragment)
    assert getattr(link.config, field) == value
    assert link.warnings == ()


@pytest.mark.parametrize(
    ("fragment", "field", "value", "code"),
    [
        ("activation=mish", "activation", "tanh", "changed"),
        ("activation=ReLU", "activation", "relu", "changed"),
        ("activation=TANH", "activation", "tanh", "changed"),
        ("activation=Leaky ReLU", "activation", "leaky_relu", "changed"),
        ("dataset=Exclusive or", "dataset", "xor", "changed"),
        ("dataset=Not and", "dataset", "nand", "changed"),
        ("rest=Applied as a smaller batch", "rest", "applied", "changed"),
        ("dataset=Spiral", "dataset", "spiral", "changed"),
        ("regularization=l2", "regularizer", "L2", "changed"),
        ("layerActivations=ReLU,,sin", "layer_activations", ("relu", "", "sine"), "changed"),
        ("loss=mse", "loss", "squared_error", "changed"),
        ("loss=BCE", "loss", "cross_entropy", "changed"),
        ("learningRate=0,1", "learning_rate", 0.1, "changed"),
        ("learningRate=1,000", "learning_rate", 0.03, "changed"),
        ("batchSize=1,000", "batch_size", 10, "changed"),
        ("noise=12,5", "noise", 12.5, "changed"),
        ("initZero=maybe", "initializer", "zeros", "changed"),
        ("batchNorm=falsey", "batch_norm", True, "changed"),
        ("sinX=n", "features", ("x", "y", "sinX"), "changed"),
        ("x_hide=perhaps", "features", ("x", "y"), "changed"),
        ("activation=toString", "activation", "tanh", "changed"),
        ("activation=%E0%A4%A", "activation", "tanh", "changed"),
        ("activation=<script>alert(1)</script>", "activation", "tanh", "changed"),
        ("dataset=reg-plane", "dataset", "circle", "changed"),
        ("learningRate=fast", "learning_rate", 0.03, "changed"),
        ("learningRate=0,03", "learning_rate", 0.03, "changed"),
        ("learningRate=NaN", "learning_rate", 0.03, "changed"),
        ("learningRate=Infinity", "learning_rate", 0.03, "changed"),
        ("learningRate=1_0", "learning_rate", 0.03, "changed"),
        ("learningRate=٣", "learning_rate", 0.03, "changed"),
        ("learningRate=0", "learning_rate", 0.03, "changed"),
        ("learningRate=-1", "learning_rate", 0.03, "changed"),
        ("learningRate=100.5", "learning_rate", 100, "clamped"),
        ("regularizationRate=-1", "regularization_rate", 0, "changed"),
        ("noise=-0.5", "noise", 0, "clamped"),
        ("noise=80.1", "noise", 50, "clamped"),
        ("percTrainData=0", "train_percent", 50, "changed"),
        ("percTrainData=150", "train_percent", 100, "clamped"),
        ("batchSize=0", "batch_size", 10, "changed"),
        ("batchSize=6.6", "batch_size", 7, "changed"),
        ("networkShape=-8,0,NaN", "hidden_layer_sizes", (4, 2), "changed"),
        ("networkShape=4,,2", "hidden_layer_sizes", (4, 2), "changed"),
        ("networkShape=2.5,1", "hidden_layer_sizes", (3, 1), "changed"),
        ("weightOffset=1e9", "weight_offset", 50_000, "clamped"),
        ("cosX=true", "features", ("x", "y"), "ignored"),
    ],
)
def test_invalid_values_are_replaced_with_warning(fragment: str, field: str, value: object, code: str) -> None:
    link = parse(fragment)
    assert getattr(link.config, field) == value
    assert [(warning.code, warning.key) for warning in link.warnings] == [(code, fragment.partition("=")[0])]


def test_warning_names_given_and_used_value() -> None:
    (warning,) = parse("noise=90").warnings
    assert (warning.got, warning.used) == ("90", "50")
    assert warning.message == "noise “90” is more than 80; 50 is used instead."


def test_invalid_switch_warns_with_used_value() -> None:
    (on,) = parse("initZero=maybe").warnings
    assert on.message == "initZero “maybe” is neither true nor false; true is used instead."
    (off,) = parse("noise_lock=perhaps").warnings
    assert off.message == "noise_lock “perhaps” is neither true nor false; false is used instead."


def test_key_in_other_case_is_used_with_warning() -> None:
    link = parse("Learningrate=0.1&batchSize=3&BatchSize=5")
    assert (link.config.learning_rate, link.config.batch_size) == (0.1, 5)
    assert [warning.key for warning in link.warnings] == ["Learningrate", "BatchSize", "batchSize"]


def test_adadelta_with_default_rates_warns() -> None:
    link = parse("optimizer=adadelta")
    assert (link.config.learning_rate, link.config.epsilon) == (0.03, 1e-8)
    (warning,) = link.warnings
    assert (warning.code, warning.key) == ("unused", "optimizer")
    assert "hardly learns with learning rate 0.03 and epsilon 1e-8;" in warning.message
    assert warning.message.endswith("usually used with learning rate 1 and epsilon 0.000001.")
    assert warned("optimizer=adadelta&learningRate=1&epsilon=1e-6") == []
    assert warned("optimizer=adadelta&learningRate=0.3") == []
    assert warned("compare=optimizer%3Dadadelta") == [("unused", "optimizer")]
    assert warned("compare=optimizer%3Dadadelta%26learningRate%3D1") == []
    assert warned("optimizer=adam") == []


def test_goals_and_variants_tolerate_other_spellings() -> None:
    link = parse("goalTestLoss=0,05&goalAccuracy=95%25&percTrainData=70%25")
    assert (link.view.goal_test_loss, link.view.goal_accuracy, link.config.train_percent) == (0.05, 95, 70)
    assert [warning.key for warning in link.warnings] == ["goalTestLoss"]
    link = parse("compare=activation=ReLU;learningRate=0,1;shuffle=yes")
    assert link.view.compare == ({"activation": "relu"}, {"learning_rate": 0.1}, {"shuffle": True})
    (warning,) = link.warnings
    assert "“activation=ReLU” is not the name used here" in warning.message


def test_last_of_duplicate_keys_wins_with_warning() -> None:
    link = parse("learningRate=0.1&learningRate=9")
    assert link.config.learning_rate == 9
    assert [(warning.code, warning.got, warning.used) for warning in link.warnings] == [("changed", "0.1", "9")]
    assert warned("noise=5&noise=5") == []


def test_trailing_key_without_value_means_default() -> None:
    assert parse("noise=5&noise").config.noise == 0
    assert parse("networkShape=8&networkShape").config.hidden_layer_sizes == (4, 2)


def test_only_unknown_keys_warn() -> None:
    known = "cosX=false&collectStats=true&tutorial=intro&percTrainData_hide=true&goalTestLossMinThresholdFirst=0.2"
    assert warned(known) == []
    assert warned("optimiser=adam&__proto__=x&foo_hide=true&a") == [
        ("ignored", "optimiser"),
        ("ignored", "__proto__"),
        ("ignored", "foo_hide"),
        ("ignored", "a"),
    ]


def test_goal_that_is_not_a_number_is_ignored() -> None:
    assert warned("goalTestLossMinThresholdFirst=low") == [("ignored", "goalTestLossMinThresholdFirst")]
    assert parse("goalTestLossMinThresholdFirst=low").view.goals == ()


def test_out_of_range_goal_with_comma_is_ignored() -> None:
    link = parse("goalEpochs=0,1")
    assert link.view.goal_epochs is None
    assert [(warning.code, warning.key) for warning in link.warnings] == [("ignored", "goalEpochs")]


def test_tutorial_must_be_a_plain_name() -> None:
    assert parse("tutorial=dp-intro").view.tutorial == "dp-intro"
    assert parse("tutorial=../../../evil").view.tutorial == ""
    assert warned("tutorial=../../../evil") == [("ignored", "tutorial")]


def test_rate_without_regularization_warns() -> None:
    assert warned("regularizationRate=0.1") == [("unused", "regularizationRate")]
    assert warned("regularizationRate=0.1&regularization=L1") == []


@pytest.mark.parametrize(("problem", "size"), [("classification", 50), ("regression", 120)])
def test_batch_larger_than_training_set_warns(problem: str, size: int) -> None:
    assert warned(f"problem={problem}&percTrainData=10&batchSize={size}") == []
    assert warned(f"problem={problem}&percTrainData=10&batchSize={size + 1}") == [("unused", "batchSize")]


@pytest.mark.parametrize(
    ("fragment", "key", "words"),
    [
        ("batchSize=200&classShare=5", "batchSize", "200 is larger than the 131 training examples"),
        ("batchSize=200&classShare=95&rest=dropped", "batchSize", "so the weights are never updated"),
        ("exampleCount=2&percTrainData=50", "batchSize", "10 is larger than the 1 training example,"),
        ("batchSize=251&rest=dropped", "batchSize", "251 is larger than the 250 training examples"),
        ("validationPercent=50", "validationPercent", "50 leaves no test examples, so there is no test loss."),
        ("validationPercent=20&percTrainData=100", "validationPercent", "all examples are training data"),
        ("validationPercent=1&exampleCount=20&batchSize=1", "validationPercent", "there are too few examples"),
        ("exampleCount=1&batchSize=1", "exampleCount", "1 leaves no test examples, so there is no test loss."),
    ],
)
def test_few_examples_warn_of_consequences(fragment: str, key: str, words: str) -> None:
    warning = next(warning for warning in parse(fragment).warnings if warning.key == key)
    assert warning.code == "unused"
    assert words in warning.message


def test_own_data_without_test_examples_warns() -> None:
    assert warned(f"dataset=own&ownExamples={FEW}") == [("unused", "dataset")]


@pytest.mark.parametrize(
    "fragment",
    ["batchSize=131&classShare=5", "batchSize=251&rest=applied", "validationPercent=40", "percTrainData=100"],
)
def test_valid_links_do_not_warn(fragment: str) -> None:
    assert warned(fragment) == []


# --- seeds ---


@pytest.mark.parametrize("seed", ["0.48429", "hello.", "a%20b", "%CF%80", "%", "a/b", "1)x", " 7"])
def test_plain_seed_is_kept_literally(seed: str) -> None:
    assert parse_link(f"#seed={seed}&noise=5").config.seed == seed


@pytest.mark.parametrize("seed", ["π-学", "a b", "a&b=c#d", "x%C2%AEDataset", " ", "\U0001f600"])
def test_special_seed_is_percent_encoded(seed: str) -> None:
    link = format_link(Config(seed=seed))
    assert "&seed=" not in link
    assert link.isascii()
    assert parse_link(link).config.seed == seed


@pytest.mark.parametrize(
    "link", ["#encodedSeed=a%ED%A0%BD", "#weightSeed=a%ED%A0%BD", "#seed=a\ud83d", "#\udc00=\ud800"]
)
def test_lone_surrogates_are_replaced(link: str) -> None:
    format_link(*parse_link(link)[:2]).encode()
    assert parse_link(link).config.seed.encode()


def test_surrogate_pairs_are_joined() -> None:
    assert parse_link("#seed=a\ud83d\ude00").config.seed == "a\U0001f600"


def test_encoded_hash_in_seed_starts_no_fragment() -> None:
    assert parse_link("noise=5&seed=a%23b").config == Config(noise=5, seed="a%23b")


def test_encoded_seed_overrides_seed() -> None:
    assert parse_link("#seed=1&encodedSeed=a%20b").config.seed == "a b"


def test_long_seed_is_truncated_with_warning() -> None:
    link = parse_link("#seed=" + "7" * 2000)
    assert link.config.seed == "7" * 1024
    assert [(warning.code, warning.key) for warning in link.warnings] == [("clamped", "seed")]


# --- limits ---


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (",".join("8" * 101), "101 hidden layers, and this server allows 32"),
        ("4,65", "a layer of 65 neurons, and this server allows 64"),
        ("1000000", "a layer of 1000000 neurons, and this server allows 64"),
        ("1e300", "neurons, and this server allows 64"),
        ("64,64,64,64,64,64", "21057 weights and biases, and this server allows 20000"),
    ],
)
def test_network_over_limit_is_refused_by_name(shape: str, words: str) -> None:
    config, _, (warning,) = parse(f"networkShape={shape}&noise=5")
    assert config == Config(seed="0.48429", noise=5)
    assert (warning.code, warning.key, warning.used) == ("refused", "networkShape", "4,2")
    assert words in warning.message


def test_network_at_limits_is_allowed() -> None:
    assert parse_link("#networkShape=" + ",".join("8" * 32)).warnings == ()
    assert parse_link("#networkShape=64,64,64").config.hidden_layer_sizes == (64, 64, 64)


@pytest.mark.parametrize("shape", ["2000", ",".join("1" * 200)])
def test_engine_limits_apply_to_generous_servers(shape: str) -> None:
    link = parse_link(f"#networkShape={shape}", Limits(layers=10**6, units=10**6, parameters=10**9))
    assert link.config.hidden_layer_sizes == (4, 2)
    assert [warning.code for warning in link.warnings] == ["refused"]


def test_maxout_pieces_count_as_parameters() -> None:
    limits = Limits(parameters=40)
    assert parse_link("activation=tanh&networkShape=4,2", limits).config.parameter_count == 25
    link = parse_link("activation=maxout&networkShape=4,2&batchNorm=true", limits)
    assert "asks for 71 weights and biases" in link.warnings[0].message
    assert link.config.hidden_layer_sizes == ()
    link = parse_link("activation=maxout&networkShape=4,2&maxoutPieces=3", limits)
    assert "asks for 69 weights and biases" in link.warnings[0].message


@pytest.mark.parametrize("pieces", [2, 3, 4, 5])
def test_link_has_maxout_pieces_unless_default(pieces: int) -> None:
    link = parse_link(f"#activation=maxout&maxoutPieces={pieces}")
    assert (link.config.maxout_pieces, link.warnings) == (pieces, ())
    assert ("maxoutPieces=" in format_link(link.config)) == (pieces != 2)
    assert parse_link(format_link(link.config)).config == link.config


@pytest.mark.parametrize(("text", "used"), [("1", 2), ("6", 5), ("3.2", 3), ("many", 2)])
def test_invalid_maxout_pieces_warn(text: str, used: int) -> None:
    link = parse_link(f"#activation=maxout&maxoutPieces={text}")
    assert link.config.maxout_pieces == used
    assert [warning.key for warning in link.warnings] == ["maxoutPieces"]


def test_layer_dropout_is_a_list_with_gaps() -> None:
    link = parse_link("layerDropout=0.2,,0.5,")
    assert link.config.layer_dropout == (0.2, None, 0.5)
    assert "&layerDropout=0.2,,0.5" in format_link(link.config)
    for text in ("0.2,x", "1", "-0.1", "NaN"):
        refused = parse_link(f"layerDropout={text}")
        assert refused.config.layer_dropout == ()
        assert [warning.code for warning in refused.warnings] == ["changed"]


def test_tight_limits_leave_no_hidden_layer() -> None:
    link = parse_link("#networkShape=3", Limits(layers=1, units=2))
    assert link.config.hidden_layer_sizes == ()


def test_overlong_link_is_cut_with_warning() -> None:
    link = parse_link("#activation=relu&seed=7&x=" + "a" * 1_000_000)
    assert (link.config, link.view) == (Config(activation="relu", seed="7"), View())
    assert [warning.code for warning in link.warnings] == ["refused"]
    assert str(MAX_LENGTH) in link.warnings[0].message


def test_value_cut_by_length_limit_is_dropped() -> None:
    start = "#seed=7&noise=1"
    filler = "&x=" + "a" * (MAX_LENGTH - len(start) - len("&x=&noise=2"))
    assert parse_link(f"{start}{filler}&noise=20").config.noise == 1


def test_warnings_are_bounded_in_number_and_length() -> None:
    warnings = parse_link("#" + "&".join(f"{'k' * 100}{i}={'v' * 100}\x1b[31m" for i in range(200))).warnings
    assert len(warnings) == MAX_WARNINGS
    assert all(len(warning.message) < 300 for warning in parse_link("#networkShape=1e300&x=" + "a" * 999).warnings)
    assert all(len(text) <= 64 for warning in warnings for text in (warning.key, warning.got))
    assert all(warning.message.isprintable() for warning in parse_link("#a\nb=\x1b[31m&noise=\x07").warnings)


# --- writing and reading again ---

SEEDS = st.text(min_size=1, max_size=30) | st.from_regex(r"0\.\d{5}", fullmatch=True)


def numbers(field: str) -> st.SearchStrategy[float]:
    low, high = FIELDS[field].low, FIELDS[field].high
    return st.floats(low, high, exclude_min=FIELDS[field].above, allow_subnormal=False)


def choices(field: str) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(FIELDS[field].choices or ()))


CONFIGS = st.builds(
    Config,
    **{name: choices(name) for name, field in FIELDS.items() if field.kind == "choice"},
    **{name: numbers(name) for name, field in FIELDS.items() if field.kind == "number"},
    seed=SEEDS | st.text(string.printable, min_size=1, max_size=1024),
    layer_dropout=st.lists(st.none() | st.floats(0, 0.9), max_size=5).map(tuple),
    weight_seed=st.just("") | SEEDS,
    weight_offset=st.integers(0, 50_000),
    batch_size=st.integers(1, 10_000),
    features=st.lists(st.sampled_from(sorted(FEATURES)), unique=True).map(tuple),
    hidden_layer_sizes=st.lists(st.integers(1, 16), max_size=12).map(tuple),
)
VIEWS = st.builds(
    View,
    show_test_data=st.booleans(),
    discretize=st.booleans(),
    hide_text=st.booleans(),
    show_bias_units=st.booleans(),
    show_changes=st.booleans(),
    words=st.booleans(),
    sound=st.booleans(),
    collect_stats=st.booleans(),
    tutorial=st.just("") | st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True),
    hidden=st.lists(st.sampled_from(HIDEABLE), unique=True).map(tuple),
    goals=st.dictionaries(st.sampled_from(sorted(GOALS)), st.floats(-10, 10)).map(lambda goals: tuple(goals.items())),
    goal_test_loss=st.none() | st.floats(0, 10),
    goal_accuracy=st.none() | st.floats(1, 100),
    goal_gap=st.none() | st.floats(0, 10),
    goal_epochs=st.none() | st.integers(1, 10**9),
    goal_units=st.none() | st.integers(0, 10**6),
    goal_parameters=st.none() | st.integers(1, 10**6),
)


@given(CONFIGS, VIEWS)
def test_any_experiment_round_trips(config: Config, view: View) -> None:
    config = without_hidden(config, view)
    link = format_link(config, view)
    assert parse_link(link)[:2] == (config, view)
    assert format_link(*parse_link(link)[:2]) == link
    assert {warning.code for warning in parse_link(link).warnings} <= {"unused"}


@given(st.text(max_size=300) | st.text("#&=%®,.0123456789eExX_ \ttruefalsregD", max_size=300))
def test_parse_link_never_raises(text: str) -> None:
    config, view, _ = parse_link(text)
    assert parse_link(format_link(config, view))[:2] == (config, view)


@given(st.sampled_from([key.name for key in KEYS]), st.text(max_size=80))
def test_any_value_of_any_key_is_parsed(name: str, value: str) -> None:
    config, view, _ = parse_link(f"#{name}={value}")
    assert parse_link(format_link(config, view))[:2] == (config, view)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_round_trip(value: float) -> None:
    assert parse_number(format_number(value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (3.0, "3"),
        (-2.5, "-2.5"),
        (0.1, "0.1"),
        (0.00001, "0.00001"),
        (0.0000012345, "0.0000012345"),
        (-1.5e-6, "-0.0000015"),
        (1e-7, "1e-7"),
        (1.25e-9, "1.25e-9"),
        (123456789012345680000.0, "123456789012345680000"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1.5e300, "1.5e+300"),
    ],
)
def test_format_number_matches_javascript(value: float, text: str) -> None:
    assert format_number(value) == text


@pytest.mark.parametrize("text", ["0b102", "-0x1", "1e", "e5", "1,5", "--1", "infinity", "0x", "1" * 1001, "１"])
def test_parse_number_matches_javascript_on_invalid_text(text: str) -> None:
    assert math.isnan(parse_number(text))


# --- the table ---


def test_keys_and_slots_are_unique() -> None:
    assert len({key.name for key in KEYS}) == len({key.slot for key in KEYS}) == len(KEYS)


def test_every_config_field_has_a_key() -> None:
    slots = {key.slot for key in KEYS}
    assert set(FIELDS) - slots == {"features"}
    assert set(FEATURES) <= slots


def test_original_controls_are_all_hideable() -> None:
    assert sum(control.is_original for control in CONTROLS.values()) == 15 + 9 + 6


def test_view_sorts_lists_and_rejects_unknown_names() -> None:
    assert View(hidden=("noise", "playButton")).hidden == ("playButton", "noise")
    with pytest.raises(ValueError, match="unknown name: 'onclick'"):
        View(hidden=("onclick",))
