"""The panel *Backprop step by step*: the update it shows is the update that training makes."""

import math
import random
from typing import Any

import numpy as np
import pytest

from engine import ACTIVATIONS, FEATURES, LOSSES, OPTIMIZERS, Config, Trainer
from engine.inspection import Options, Path, Subject, View, open_look
from engine.number_text import short
from engine.regularizers import REGULARIZERS
from tests.support.training import trained

CONFIGS = 120


def see(trainer: Trainer, **options: Any) -> View:
    return open_look("step")(Subject(trainer, Path(), Options(**options)))


def random_config(numbers: random.Random) -> Config:
    """A random training setup; about a hundred of them cover every kind of rule."""

    def perhaps(value: Any, default: Any = 0) -> Any:
        return value if numbers.random() < 0.4 else default

    return Config().replace(
        dataset=numbers.choice(["circle", "xor", "gauss", "spiral", "moons"]),
        problem=numbers.choice(["classification"] * 4 + ["regression"]),
        loss=numbers.choice(list(LOSSES)),
        features=tuple(numbers.sample(list(FEATURES), numbers.randint(1, 4))),
        hidden_layer_sizes=numbers.choice([(), (3,), (4, 2), (3, 3, 3), (5, 1)]),
        activation=numbers.choice(list(ACTIVATIONS)),
        optimizer=numbers.choice(list(OPTIMIZERS)),
        regularizer=numbers.choice(list(REGULARIZERS)),
        regularization_rate=numbers.choice([0, 0.01, 0.3]),
        learning_rate=numbers.choice([0.003, 0.03, 0.3]),
        schedule=numbers.choice(["constant", "constant", "exponential", "step"]),
        batch_size=perhaps(numbers.choice([1, 7, 10, 60]), 1),
        rest=numbers.choice(["carried", "applied", "dropped"]),
        standardize=numbers.random() < 0.5,
        batch_norm=perhaps(value=True, default=False),
        dropout=perhaps(0.3),
        jitter=perhaps(0.2),
        clip_norm=perhaps(0.1),
        max_norm=perhaps(1),
        weight_decay=perhaps(0.1),
        shuffle=numbers.random() < 0.5,
        example_count=60,
        noise=20,
        seed=str(numbers.random()),
    )


def next_example(trainer: Trainer) -> int | None:
    """The first example of the next minibatch; None if that minibatch is only carried over."""
    for number in range(trainer.train_size):
        batch = trainer.example_batch(number)
        if (batch.minibatch, batch.column) == (trainer.batch, 0) and not batch.is_carried:
            return number
    return None


def prepared(number: int) -> tuple[Trainer, int | None]:
    """A partly trained trainer with random rules, and the next training example."""
    numbers = random.Random(number)  # noqa: S311 - reproducible test cases
    trainer = trained(random_config(numbers), numbers.choice([0, 1, 3]))
    trainer.run_minibatches(numbers.randrange(max(1, trainer.batches)))
    if next_example(trainer) is None:
        # the next minibatch is only carried over, or there are none
        trainer.run_minibatches(1)
    return trainer, next_example(trainer)


@pytest.mark.usefixtures("diverging")
@pytest.mark.parametrize("number", range(CONFIGS))
def test_shown_step_matches_next_training_step(number: int) -> None:
    trainer, example = prepared(number)
    if trainer.has_ended or example is None:
        return
    config, count = trainer.config, trainer.config.parameter_count
    chosen = [int(index) for index in np.linspace(0, count - 1, 6)]
    views = {parameter: see(trainer, example=example, parameter=parameter) for parameter in chosen}
    before = trainer.state()
    is_alone = trainer.example_batch(example).inputs.shape[1] == 1 and (trainer.batch or not before.carried)
    trainer.run_minibatches(1)
    after = trainer.state().arrays
    if trainer.divergence:
        return
    change = after["params"] - before.arrays["params"]
    if is_alone:
        np.testing.assert_allclose(views[chosen[0]].arrays["changes"], change, rtol=1e-4, atol=1e-9)
    for parameter, view in views.items():
        numbers = view.values["parameter"]
        assert numbers["before"] == before.arrays["params"][parameter]
        if not is_alone:
            # the gradient of biases before batch norm is 0 up to rounding, which some optimizers amplify
            tolerance = 1e-8 if config.batch_norm else 1e-12
            assert numbers["minibatch"]["change"] == pytest.approx(change[parameter], rel=1e-6, abs=tolerance)
            continue
        assert numbers["minibatch"] is None
        assert numbers["after"] == pytest.approx(after["params"][parameter], rel=1e-9, abs=1e-12)
        assert set(numbers["memory"]) == {
            name for name, slot in OPTIMIZERS[config.optimizer].slots.items() if not slot.length
        }
        for name, (old, new) in numbers["memory"].items():
            assert old == before.arrays[name][parameter]
            assert new == pytest.approx(after[name][parameter], rel=1e-9, abs=1e-15)


def test_random_configs_cover_optimizers_and_penalties() -> None:
    """More than a third of the configs update on single examples, with every optimizer and penalty among them."""
    alone = []
    for number in range(CONFIGS):
        trainer, example = prepared(number)
        if example is not None and not trainer.has_ended and trainer.example_batch(example).inputs.shape[1] == 1:
            alone.append(trainer.config)
    assert len(alone) > CONFIGS / 3
    assert {config.optimizer for config in alone} == set(OPTIMIZERS)
    assert {config.regularizer for config in alone} == set(REGULARIZERS)
    assert sum(config.batch_norm for config in alone) > 3
    assert sum(bool(config.dropouts) for config in alone) > 5


# --- values shown in the panel ------------------------------------------------------------------------------------

SQUARES = Config(
    dataset="circle",
    hidden_layer_sizes=(),
    features=("xSquared", "ySquared"),
    standardize=True,
    loss="cross_entropy",
    batch_size=1,
    learning_rate=0.1,
    seed="1",
)


def test_step_shows_actual_weights_of_standardized_features() -> None:
    trainer = Trainer(SQUARES)
    for example in range(trainer.train_size):
        values = see(trainer, example=example, parameter=0).values
        before = trainer.state().arrays["params"][0]
        trainer.run_minibatches(1)
        after = trainer.state().arrays["params"][0]
        assert (values["parameter"]["before"], values["parameter"]["after"]) == pytest.approx(
            (before, after), rel=1e-12
        )
        assert values["formula"][-1] == f"w = {short(before)} → {short(after)}"


def test_feature_picture_shows_network_input() -> None:
    trainer = Trainer(SQUARES)
    squares = trainer.inputs[: trainer.train_size, 0] ** 2
    standardized = (squares[0] - squares.mean()) / squares.std()
    values = see(trainer, example=0, parameter=0).values
    assert values["inputs"][0] == pytest.approx(standardized)
    assert f"x₁² standardized: ({short(squares[0])} − {short(squares.mean())})" in values["formula"][0]


def test_step_panel_does_not_affect_training() -> None:
    config = Config(shuffle=True, jitter=0.1, dropout=0.3, batch_norm=True, optimizer="adam", schedule="exponential")
    looked, other = Trainer(config), Trainer(config)
    for _ in range(40):
        see(looked, example=3, parameter=5)
        looked.run_minibatches(1)
        other.run_minibatches(1)
    assert looked.state().arrays["params"].tobytes() == other.state().arrays["params"].tobytes()


# --- text of the panel --------------------------------------------------------------------------------------------


def text_of(config: Config, stage: str | None = None, epochs: int = 1, **options: Any) -> str:
    """The panel's lines after `epochs` epochs, for one stage or all of them."""
    values = see(trained(config, epochs), **options).values
    assert len(values["formula"]) == len(values["stages"])
    return "\n".join(
        line for line, (of, _) in zip(values["formula"], values["stages"], strict=True) if stage in (None, of)
    )


@pytest.mark.parametrize(
    ("optimizer", "words"),
    [
        ("momentum", ["Velocity: v = momentum · v + "]),
        ("nesterov", ["Velocity: v = ", "Look ahead: "]),
        ("adagrad", ["Sum of squares: s = s + ", "/ (√s + ε)"]),
        ("rmsprop", ["Mean square: s = ρ · s + ", "/ (√s + ε)"]),
        ("adadelta", ["d = √((u + ε) / (s + ε))", "For the next step: u = "]),
        ("adam", ["m = β₁ · m + ", "s = β₂ · s + ", "m̂ = m / (1 − β₁ᵗ)", "ŝ = s / (1 − β₂ᵗ)", "m̂ / (√ŝ + ε)"]),
        ("adamw", ["m̂ = m / (1 − β₁ᵗ)", "Weight decay: "]),
    ],
)
def test_formula_contains_optimizer_values(optimizer: str, words: list[str]) -> None:
    config = Config(optimizer=optimizer, weight_decay=0.1, batch_size=1, momentum=0.9)
    trainer = Trainer(config)
    trainer.run_epoch()
    view = see(trainer, parameter=1).values
    text = "\n".join(view["formula"])
    assert all(word in text for word in words)
    for old, new in view["parameter"]["memory"].values():
        assert short(new) in text
        assert short(old) in text or optimizer in {"adam", "adamw"}


def test_m_hat_corrects_mean_gradient() -> None:
    trainer = Trainer(Config(optimizer="adam", batch_size=1))
    trainer.run_minibatches(4)
    values = see(trainer, example=4, parameter=0).values
    trainer.run_minibatches(1)
    mean = trainer.state().arrays["mean"][0]
    assert f"= {short(mean / (1 - 0.9**5))}" in "\n".join(values["formula"])


@pytest.mark.parametrize(
    ("fields", "options", "words"),
    [
        ({"activation": "step"}, {"unit": 7}, "straight-through estimator (Bengio, Léonard and Courville, 2013)"),
        ({"loss": "perceptron"}, {}, "perceptron rule (Rosenblatt, 1958)"),
        ({"dropout": 0.5}, {"unit": 7}, "Dropout "),
        ({"clip_norm": 0.001}, {"parameter": 0}, "Clipped: "),
        ({"max_norm": 0.1}, {"parameter": 0}, "Max-norm: "),
        ({"jitter": 0.3}, {"parameter": 0}, "jitter has moved it from"),
        ({"jitter": 0.3, "standardize": True}, {"unit": 7}, "Inputs, moved by jitter and standardized: x₁ = "),
        ({"standardize": True}, {"unit": 7}, "Inputs, standardized: x₁ = "),
        ({"regularizer": "L2", "regularization_rate": 0.1}, {"parameter": 0}, "L2 penalty: "),
        ({"regularizer": "L1", "regularization_rate": 0.1}, {"parameter": 0}, "L1 "),
        ({"batch_norm": True}, {"unit": 7}, "over the 10 examples of its minibatch; γ = "),
        ({"batch_norm": True}, {"unit": 7}, "For predictions, the running averages are used: μ = "),
        ({}, {"parameter": 0}, "With all 10 examples of its minibatch (number 1 of the epoch)"),
    ],
)
def test_step_text_mentions_active_rules(fields: dict[str, Any], options: dict[str, Any], words: str) -> None:
    assert words in text_of(Config().replace(**fields), **options)


def test_normalized_unit_shows_batch_statistics() -> None:
    trainer = Trainer(Config(batch_norm=True, batch_size=10))
    trainer.run_epoch()
    arrays = trainer.state().arrays
    weights, bias = arrays["params"][:2], arrays["params"][2]
    sums = trainer.inputs[:10] @ weights + bias
    gamma, beta = arrays["params"][25 + 0], arrays["params"][25 + 6]
    text = "\n".join(see(trainer, example=3, unit=7).values["formula"])
    assert f"μ = {short(sums.mean())}, σ = {short(math.sqrt(sums.var() + 1e-5))} over" in text
    assert f"γ = {short(gamma)}, β = {short(beta)}" in text
    assert f"= {short(gamma * (sums[3] - sums.mean()) / math.sqrt(sums.var() + 1e-5) + beta)}" in text
    running = (arrays["running_mean"][0], math.sqrt(arrays["running_variance"][0] + 1e-5))
    assert f"running averages are used: μ = {short(running[0])}, σ = {short(running[1])}" in text


def test_lines_belong_to_stage_of_their_numbers() -> None:
    config = Config(optimizer="adam", batch_norm=True)
    assert "δ" not in text_of(config, "forward", unit=7)
    assert "Δ" not in text_of(config, "forward", unit=7) + text_of(config, "backward", parameter=0)
    assert text_of(config, "loss").startswith("loss = ")
    assert text_of(config, "loss", unit=7) == ""
    assert "m̂" in text_of(config, "update", parameter=0)


def test_step_shows_units_dropped_in_training() -> None:
    trainer = Trainer(Config(dropout=0.5, hidden_layer_sizes=(8, 8)))
    trainer.run_epoch()
    views = [see(trainer, example=number) for number in range(20)]
    for number, view in enumerate(views):
        batch = trainer.example_batch(number)
        masks = np.concatenate([mask[:, batch.column] for mask in batch.masks])
        dropped = view.arrays["left_out"].astype(bool)
        assert np.array_equal(dropped[:16], masks == 0)
        assert not view.arrays["activations"][dropped].any()
        assert not view.arrays["deltas"][dropped].any()
    assert len({view.arrays["left_out"].tobytes() for view in views}) > 10


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.3125, "0.3125"), (-2, "−2"), (0.0, "0"), (4.172e-7, "4.172·10⁻⁷"), (-1e-8, "−10⁻⁸"), (123456.0, "1.235·10⁵")],
)
def test_short_formats_numbers(number: float, text: str) -> None:
    assert short(number) == text
