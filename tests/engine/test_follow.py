"""One picture on its way through a network, and its error on the way back."""

import numpy as np
import pytest

from engine import Config, Trainer
from engine.inspection import Options, Path, Subject, View, open_look
from engine.inspection.layers import number_of, pieces_of
from tests.support.training import trained

CONFIG = Config(dataset="uci", hidden_layer_sizes=(6, 5), activation="sigmoid", train_count=200, learning_rate=1)


@pytest.fixture(scope="module")
def trainer() -> Trainer:
    return trained(CONFIG, 2)


def follow(trainer: Trainer, number: int = -1, unit: int | None = None, *, is_known: bool = True) -> View:
    """Follow a picture of the data, and say which digit it is if that shall be known."""
    label = int(trainer.targets[number]) if is_known else None
    options = Options(unit=unit, picture=trainer.inputs[number], label=label)
    return open_look("follow")(Subject(trainer, Path(), options))


def test_weights_make_the_sum_of_a_unit(trainer: Trainer) -> None:
    view = follow(trainer, unit=number_of(0, 4, CONFIG))
    first = pieces_of(trainer.state().arrays["params"], CONFIG)[0][0]
    np.testing.assert_array_equal(view.arrays["weights"], first[4, :-1].astype(np.float32))
    ink = trainer.inputs[-1] / 255
    np.testing.assert_allclose(view.arrays["weights"] @ ink + first[4, -1], view.arrays["z"][4], rtol=1e-4)


def test_weights_of_outputs_belong_to_hidden_units(trainer: Trainer) -> None:
    view = follow(trainer, unit=number_of(2, 3, CONFIG))
    assert view.values["unit"] == number_of(2, 3, CONFIG)
    last = pieces_of(trainer.state().arrays["params"], CONFIG)[2][0]
    hidden, output = view.arrays["a"][6:11], view.arrays["z"][11 + 3]
    np.testing.assert_allclose(view.arrays["weights"] @ hidden + last[3, -1], output, rtol=1e-4)


def test_unit_with_the_largest_error_is_shown(trainer: Trainer) -> None:
    known, unknown = follow(trainer), follow(trainer, is_known=False)
    assert known.values["unit"] == number_of(0, int(np.abs(known.arrays["delta"][:6]).argmax()), CONFIG)
    assert unknown.values["unit"] == number_of(0, int(unknown.arrays["a"][:6].argmax()), CONFIG)
    assert "delta" not in unknown.arrays
