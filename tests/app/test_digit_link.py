"""Links of networks that read pictures: those that are declared, what has no effect there, and sizes."""

import pytest

from app.link import format_link, parse_link
from app.link.digits import LECTURE, SMALL
from app.settings import Limits


def warnings_of(text: str, limits: Limits | None = None) -> list[tuple[str, str, str | None]]:
    """Code, key and used value of each warning about a link."""
    return [(item.code, item.key, item.used) for item in parse_link(text, limits).warnings]


@pytest.mark.parametrize(("link", "layers"), [(LECTURE, (784, 30, 10)), (SMALL, (64, 30, 10))])
def test_declared_links_are_the_lecture(link: str, layers: tuple[int, ...]) -> None:
    config = parse_link(link).config
    assert warnings_of(link) == []
    assert config.layer_sizes == layers
    assert (config.activation, config.learning_rate, config.batch_size) == ("sigmoid", 3, 10)
    assert (config.loss, config.initializer, config.shuffle) == ("squared_error", "normal_biases", True)


def test_links_of_pictures_leave_out_the_plane() -> None:
    link = parse_link(f"{LECTURE}&seed=0.5&trainCount=500")
    text = format_link(link.config, link.view)
    assert parse_link(text)[:2] == link[:2]
    assert {"noise", "percTrainData", "x", "xTimesY", "problem", "regDataset"}.isdisjoint(
        piece.partition("=")[0] for piece in text.removeprefix("#").split("&")
    )
    assert "trainCount=500" in text


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ("noise=20", ("unused", "noise", "20")),
        ("percTrainData=30", ("unused", "percTrainData", "30")),
        ("xTimesY=true", ("unused", "xTimesY", "true")),
        ("x=false", ("unused", "x", "false")),
        ("standardize=true", ("unused", "standardize", "true")),
        ("jitter=0.1", ("unused", "jitter", "0.1")),
        ("loss=hinge", ("unused", "loss", "cross_entropy")),
        ("trainCount=3000", ("unused", "trainCount", "1439")),
        ("trainCount=50&batchSize=51", ("unused", "batchSize", "51")),
    ],
)
def test_keys_without_effect_are_reported(keys: str, found: tuple[str, str, str]) -> None:
    assert warnings_of(f"{SMALL}&{keys}") == [found]


@pytest.mark.parametrize("keys", ["loss=cross_entropy", "trainCount=1439", "noise=0", "batchSize=1"])
def test_keys_with_effect_are_not_reported(keys: str) -> None:
    assert warnings_of(f"{SMALL}&{keys}") == []


def test_points_have_no_number_of_pictures() -> None:
    assert warnings_of("#dataset=xor&trainCount=100") == [("unused", "trainCount", "100")]


@pytest.mark.parametrize(
    ("link", "limits"),
    [
        ("#dataset=mnist&networkShape=101", Limits()),
        ("#dataset=mnist&networkShape=90,90,90,90,90,90,90", Limits()),
        ("#dataset=mnist&networkShape=31", Limits(picture_parameters=24_000)),
    ],
)
def test_networks_too_large_get_thirty_neurons(link: str, limits: Limits) -> None:
    assert warnings_of(link, limits) == [("refused", "networkShape", "30")]
    assert parse_link(link, limits).config.layer_sizes == (784, 30, 10)


def test_networks_for_pictures_may_be_larger() -> None:
    assert warnings_of("#dataset=mnist&networkShape=100") == []
    assert warnings_of("#dataset=xor&networkShape=100") == [("refused", "networkShape", "4,2")]
