"""What rules, findings, remedies and remarks are, and the numbers in their sentences."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Literal, NamedTuple

from app.remarks.evidence import Evidence
from engine import FIELDS, Config
from engine.number_text import short


class Urgency(IntEnum):
    """How much a remark matters: the lowest number is said first."""

    FAILURE = 0
    """Nothing is learned any more, or nothing can be."""
    PROBLEM = 1
    """Learning goes wrong, and there is something to do about it."""
    NEWS = 2
    """Something has happened."""
    ADVICE = 3
    """A setting is in the way, though learning goes on."""
    STATE = 4
    """What goes on all the time."""


Action = Literal["configure", "seek", "retry"]


@dataclass(frozen=True, slots=True)
class Remedy:
    """Something to try: the words of its button, and what it does.

    `configure` changes fields of the config, `seek` goes back to an `epoch`, and `retry` goes on from before a
    divergence with the learning rate of `changes`.
    """

    label: str
    action: Action
    changes: Mapping[str, Any] = field(default_factory=dict)
    epoch: int | None = None


class Finding(NamedTuple):
    """What a rule has found: a sentence with its `number`, and a remedy if there is one."""

    sentence: str
    number: float
    remedy: Remedy | None = None


Check = Callable[[Evidence], Finding | None]


class Rule(NamedTuple):
    """One row of the table: its name, its urgency, the check that finds it in the evidence, and the reason in words."""

    name: str
    urgency: Urgency
    check: Check
    reason: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something worth saying: a sentence with its number, the reason, and a remedy if there is one."""

    name: str
    urgency: Urgency
    sentence: str
    reason: str
    number: float
    remedy: Remedy | None


# --- words --------------------------------------------------------------------------------------------------------


def loss_text(loss: float) -> str:
    """A loss with three significant digits."""
    return short(loss, 3)


def percent(share: float) -> str:
    """A share in percent; one that is not 0 or 1 is not rounded to it either."""
    digits = 0 if share in {0, 1} or 0.005 <= share < 0.995 else 1
    shown = f"{100 * share:.{digits}f}"
    if share not in {0, 1} and shown in {"0.0", "100.0"}:
        shown = "under 0.1" if share < 1 / 2 else "over 99.9"
    return f"{shown}%"


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 neuron, 1,200 neurons."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


# --- remedies -----------------------------------------------------------------------------------------------------


def configure(label: str, **changes: Any) -> Remedy:
    """A remedy that changes the config."""
    return Remedy(label, "configure", changes)


def _offered_rates() -> list[float]:
    return sorted(float(rate) for rate in FIELDS["learning_rate"].offered or ())


def lower_rate(config: Config) -> Remedy | None:
    """The next learning rate below a third of the present one, or somewhat more; None if there is none."""
    rates = [rate for rate in _offered_rates() if rate <= 0.4 * config.learning_rate]
    return configure(f"Lower the learning rate to {rates[-1]:g}", learning_rate=rates[-1]) if rates else None


def higher_rate(config: Config) -> Remedy | None:
    """The next learning rate above two and a half times the present one; None if there is none up to 1."""
    rates = [rate for rate in _offered_rates() if 2.5 * config.learning_rate <= rate <= 1]
    return configure(f"Raise the learning rate to {rates[0]:g}", learning_rate=rates[0]) if rates else None


def more_neurons(config: Config) -> Remedy | None:
    """A layer if there is none, or twice the neurons in the first one; None if it is large already."""
    sizes = config.hidden_layer_sizes
    if not sizes:
        return configure("Add a hidden layer of 4 neurons", hidden_layer_sizes=[4])
    wider = min(8, 2 * sizes[0])
    if wider <= sizes[0]:
        return None
    return configure(f"Use {wider} neurons in the first layer", hidden_layer_sizes=[wider, *sizes[1:]])


def more_data(config: Config) -> Remedy | None:
    """A larger share of the examples for training; None if it is large already, or the user has chosen each part.

    Of pictures, those held out stay the same, and all others can be used.
    """
    if config.has_pictures:
        return configure("Train on all pictures", train_count=0) if config.train_count else None
    if config.own is not None or config.train_percent >= 70:
        return None
    share = min(80, 10 * round((config.train_percent + 30) / 10))
    if share + config.validation_percent > 90:
        return None
    return configure(f"Train on {share}% of the examples", train_percent=share)
