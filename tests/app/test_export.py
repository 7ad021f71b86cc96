"""The exported code runs, answers as the network does, and trains as the engine does."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.export import FORMATS, export
from app.protocol.containers import decode_container
from engine import ACTIVATIONS, FEATURES, LOSSES, OPTIMIZERS, POINT_DATASETS, Config, Trainer
from engine.config import REMAINDERS
from engine.initializers import INITIALIZERS
from engine.own_examples import PARTS, OwnExamples, edited, encode, no_examples
from engine.regularizers import REGULARIZERS
from engine.schedules import SCHEDULES
from tests.exports.programs import (
    EPOCHS,
    POINTS,
    assert_answers_alike,
    assert_trains_alike,
    run_programs,
)
from tests.support.client import Client

SMALL = Config(learning_rate=0.01, example_count=60, noise=20, dataset="gauss", batch_size=7)


def _with(**fields: Any) -> dict[str, Config]:
    """A config for each value of a registry; the name says which."""
    ((name, values),) = fields.items()
    return {f"{name} {value}": SMALL.replace(**{name: value}) for value in values}


OWN = encode(edited(no_examples(), [], [(x / 7, -x / 9, x % 2, "") for x in range(-25, 25)]))
CONFIGS: dict[str, Config] = {
    "classic": Config(),
    **_with(activation=ACTIVATIONS),
    **_with(loss=LOSSES),
    **_with(optimizer=OPTIMIZERS),
    **_with(schedule=SCHEDULES),
    **_with(initializer=INITIALIZERS),
    **_with(rest=REMAINDERS),
    **{f"{name} penalty": SMALL.replace(regularizer=name, regularization_rate=0.3) for name in REGULARIZERS},
    **{
        f"{name} data": SMALL.replace(problem=dataset.problem, own_examples=OWN, **{_field_of(dataset.problem): name})
        for name, dataset in POINT_DATASETS.items()
        for _field_of in [{"classification": "dataset", "regression": "regression_dataset"}.__getitem__]
    },
    "all features": SMALL.replace(features=tuple(FEATURES), standardize=True),
    "no features": SMALL.replace(features=()),
    "no hidden layer": SMALL.replace(hidden_layer_sizes=()),
    "nothing to normalize": SMALL.replace(hidden_layer_sizes=(), batch_norm=True, dropout=0.3, activation="maxout"),
    "one unit": SMALL.replace(hidden_layer_sizes=(1,), features=("x",)),
    "layers of all kinds": SMALL.replace(
        hidden_layer_sizes=(3,) * len(ACTIVATIONS), layer_activations=tuple(ACTIVATIONS), leaky_slope=0.2, elu_alpha=0.5
    ),
    "normalized": SMALL.replace(batch_size=5, batch_norm=True, standardize=True, optimizer="momentum"),
    "normalized penalty": SMALL.replace(batch_norm=True, regularizer="L1", regularization_rate=0.1),
    "normalized adam": SMALL.replace(batch_norm=True, optimizer="adamw", patience=3, validation_percent=20),
    "maxout normalized": SMALL.replace(
        activation="maxout", batch_size=5, batch_norm=True, layer_activations=("", "tanh"), hidden_layer_sizes=(3, 4, 2)
    ),
    "maxout of three": SMALL.replace(activation="maxout", maxout_pieces=3, layer_activations=("", "relu")),
    "maxout of five, normalized": SMALL.replace(
        activation="maxout", maxout_pieces=5, batch_size=5, batch_norm=True, hidden_layer_sizes=(3, 2)
    ),
    "maxout penalty": SMALL.replace(activation="maxout", regularizer="L1", regularization_rate=0.2, max_norm=0.8),
    "maxout adam": SMALL.replace(
        activation="maxout", optimizer="adam", standardize=True, dataset="rings", loss="hinge"
    ),
    "bounded": SMALL.replace(clip_norm=0.05, max_norm=0.4),
    "patient": SMALL.replace(patience=2, learning_rate=0.5, hidden_layer_sizes=(8,), optimizer="momentum"),
    "all training": SMALL.replace(train_percent=100),
    "a batch too large": SMALL.replace(batch_size=500),
    "a batch too large, applied": SMALL.replace(batch_size=500, rest="applied"),
    "one by one": SMALL.replace(batch_size=1),
    "warm": SMALL.replace(schedule="warm_up", schedule_period=4, optimizer="nesterov"),
}
CHANCE = SMALL.replace(dropout=0.3)
RANDOM = {
    "dropout": CHANCE,
    "dropout by layer": CHANCE.replace(layer_dropout=(0, 0.5), hidden_layer_sizes=(4, 3, 4), activation="maxout"),
    "dropout normalized": CHANCE.replace(batch_norm=True),
    "jitter": SMALL.replace(jitter=0.2),
    "shuffle": SMALL.replace(shuffle=True),
    "everything": CHANCE.replace(
        jitter=0.1,
        shuffle=True,
        batch_norm=True,
        optimizer="adam",
        clip_norm=1,
        max_norm=2,
        regularizer="L2",
        regularization_rate=0.1,
        patience=5,
        validation_percent=20,
        schedule="cosine",
        standardize=True,
        layer_activations=("", "step"),
        loss="cross_entropy",
    ),
}
# jitter and the order of examples are the page's own; which units dropout leaves out is not
CHANCE_ONLY = [name for name, config in RANDOM.items() if config.dropouts]


def trainers() -> dict[str, Trainer]:
    """A trainer of each config, at its start; those whose training is random have trained a little."""
    found = {name: Trainer(config) for name, config in {**CONFIGS, **RANDOM}.items()}
    for name in CHANCE_ONLY:
        found[name].run_epoch()
    # L1 has killed some links, and nothing is carried: what is carried is not part of the code
    found["dead links"] = Trainer(CONFIGS["L1 penalty"].replace(batch_size=5))
    for _ in range(30):
        found["dead links"].run_epoch()
    return found


@pytest.fixture(scope="module")
def originals() -> dict[str, Trainer]:
    return trainers()


@pytest.fixture(scope="module")
def programs(originals: dict[str, Trainer], tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What the NumPy programs do."""
    return run_programs(originals, "numpy", tmp_path_factory.mktemp("numpy"))


@pytest.mark.parametrize("name", [*CONFIGS, *RANDOM, "dead links"])
def test_the_numpy_code_answers_as_the_network_does(
    name: str, originals: dict[str, Trainer], programs: dict[str, dict[str, Any]]
) -> None:
    assert_answers_alike(originals[name], programs[name])


@pytest.mark.parametrize("name", [*CONFIGS, *(name for name in RANDOM if name not in CHANCE_ONLY), "dead links"])
def test_the_numpy_code_trains_as_the_engine_does(
    name: str, originals: dict[str, Trainer], programs: dict[str, dict[str, Any]]
) -> None:
    # a bias before a normalization has no gradient but rounding errors, of which Adam makes whole steps
    assert_trains_alike(originals[name], programs[name], 1e-6 if name == "normalized adam" else 1e-9)


@pytest.mark.parametrize("name", CHANCE_ONLY)
def test_numpy_code_trains_with_dropout(name: str, programs: dict[str, dict[str, Any]]) -> None:
    losses = [float(loss) for loss in re.findall(r"training loss (\S+)", programs[name]["printed"])]
    assert len(losses) == EPOCHS
    assert np.isfinite(losses).all()
    assert min(losses) < losses[0]


@pytest.mark.exports
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", ["pytorch", "keras"])
def test_pytorch_and_keras_programs_match_engine(kind: str, originals: dict[str, Trainer], tmp_path: Path) -> None:
    programs = run_programs(originals, kind, tmp_path, epochs=3)
    for name, trainer in originals.items():
        assert_answers_alike(trainer, programs[name])
        if name not in CHANCE_ONLY:
            assert_trains_alike(trainer, programs[name], 1e-6, epochs=3)


OTHERS = [pytest.param(kind, marks=pytest.mark.exports) for kind in FORMATS if kind != "numpy"]


@pytest.mark.parametrize("kind", ["numpy", *OTHERS])
@pytest.mark.parametrize("count", [0, 6])
def test_program_without_training_data_predicts(kind: str, count: int, tmp_path: Path) -> None:
    for_test = np.full(count, PARTS.index("test"), np.uint8)
    own = encode(OwnExamples(POINTS[:count], np.arange(count, dtype=float) % 2, for_test))
    trainer = Trainer(Config(dataset="own", own_examples=own, patience=3, standardize=True))
    program = run_programs({"bare": trainer}, kind, tmp_path)["bare"]
    assert_answers_alike(trainer, program)
    assert "nan" not in program["printed"]


@pytest.mark.parametrize("kind", FORMATS)
def test_every_program_is_python_that_a_linter_likes(kind: str, originals: dict[str, Trainer], tmp_path: Path) -> None:
    for number, trainer in enumerate(originals.values()):
        text = export(trainer, kind)[1]
        (tmp_path / f"{number}.py").write_text(text, "utf-8")
        assert "\n\n\n\n" not in text
        assert "{%" not in text
    rules = ["--isolated", "--preview", "--line-length", "110", "--select", "E,F,W,B,UP,I", "--ignore", "B905"]
    # not every network reads both coordinates
    rules += ["--config", "lint.dummy-variable-rgx='^x[12]$'", "--target-version", "py311", "--no-cache"]
    command = [sys.executable, "-m", "ruff", "check", *rules, "--output-format", "concise", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def remarks_of(trainer: Trainer, kind: str) -> str:
    """The first words of a program, in one line."""
    return " ".join(export(trainer, kind)[1].split('"""')[1].split())


@pytest.mark.parametrize("kind", FORMATS)
def test_programs_list_differences_from_page(kind: str) -> None:
    trainer = Trainer(SMALL.replace(optimizer="adam", patience=3, dropout=0.2))
    assert "Not in this file" not in remarks_of(trainer, kind)
    trainer.run_epoch()
    trainer.run_minibatches(2)
    said = remarks_of(trainer, kind)
    for part in ("Adam remembers", "best epoch so far", "2 minibatches into an epoch", "Dropout leaves out other"):
        assert part in said
    plain = Trainer(SMALL.replace(rest="applied"))
    plain.run_epoch()
    assert "Not in this file" not in remarks_of(plain, kind)
    assert ("divides by the norm plus" in remarks_of(Trainer(SMALL.replace(clip_norm=1)), kind)) == (kind == "pytorch")


@pytest.mark.parametrize("kind", FORMATS)
def test_a_program_names_the_classes(kind: str) -> None:
    own = OwnExamples(POINTS[:4], np.array([0.0, 1, 0, 1]), np.full(4, 1, np.uint8), 2, ("cat's", "dog"))
    text = export(Trainer(Config(dataset="own", own_examples=encode(own))), kind)[1]
    assert """# The classes: -1: "cat's", 1: 'dog'.""" in text


def test_the_code_is_asked_for_over_the_wire(player: Client) -> None:
    player.train(3)
    before = player.frame["seq"]
    answer = player.ask("export", format="numpy")
    assert (answer["type"], answer["format"], answer["filename"]) == ("export", "numpy", "network_numpy.py")
    trainer = Trainer(Config(**player.config["config"]))
    for _ in range(3):
        trainer.run_epoch()
    assert answer["text"] == export(trainer, "numpy")[1]
    assert before <= player.frame["seq"]
    assert decode_container(player.raw_frame)[0]["epoch"] == 3


def test_a_large_network_is_exported_whole(player: Client) -> None:
    player.ask("configure", changes={"hidden_layer_sizes": [64, 64, 64, 64], "example_count": 5000})
    answer = player.ask("export", format="pytorch")
    assert answer["type"] == "export"
    assert len(answer["text"]) > 400_000
    compile(answer["text"], "network", "exec")
    assert player.ask("ping")["type"] == "pong"


def test_a_language_nobody_knows_is_refused(player: Client) -> None:
    for fields, code in (({"format": "cobol"}, "unknown_value"), ({}, "missing_field"), ({"format": 1}, "bad_type")):
        error = player.ask("export", **fields)
        assert (error["code"], error["field"]) == (code, "format")
        assert error["expected"]
