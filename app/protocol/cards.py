"""Cards: what a session tells the front process about itself while somebody looks at a class. No page receives them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from app.protocol.containers import Array, decode_container, encode_container
from app.training.goals import Goals
from app.training.pictures import SmallPicture
from app.training.series import LossPoints
from engine import Trainer

_NUMBERS = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")


class CardLevel(IntEnum):
    """What a session's cards hold: the payload of CARDS, one byte."""

    NONE = 0
    """There are no cards."""
    NUMBERS = 1
    PICTURE = 2
    """The numbers and the picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMessage:
    """The numbers of a card: the header of its container."""

    epoch: int
    """The epoch that is shown."""
    train_loss: float | None
    """Losses and accuracies are None without such examples, and of a network that has diverged."""
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None
    reached: Mapping[str, int]
    """Goals by name that were reached in time, and the epoch in which each was."""
    playing: bool
    diverged: bool
    classes: int
    """Of the data: 0 in regression, else 2 or more."""
    dimensions: int
    """1 or 2; with 1 there is a `curve`. 0 if they are pictures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card(CardMessage):
    """A card that has been decoded; `picture` is None if it holds only numbers.

    In a report, `history_epochs` uint32 (k,) and `history_test` float32 (k,) are points of the loss curve: test losses,
    or training losses if there are no test examples. They are None if there are no examples at all.
    """

    picture: SmallPicture | None = None
    history_epochs: Array | None = None
    history_test: Array | None = None


def encode_card(
    trainer: Trainer,
    *,
    goals: Goals,
    playing: bool,
    picture: SmallPicture | None = None,
    history: LossPoints | None = None,
) -> bytes:
    """A card of a network, with its `picture` and its loss curve, `history`, if they are given."""
    config = trainer.config
    # in the middle of an epoch, losses may be infinite before training has diverged
    is_finite = trainer.divergence is None and trainer.is_showable
    message = CardMessage(
        epoch=trainer.epoch,
        reached={goal.name: goal.reached for goal in goals if goal.reached is not None and goal.is_reached},
        playing=playing,
        diverged=trainer.divergence is not None,
        classes=config.classes,
        dimensions=0 if config.has_pictures else config.dimensions,
        **{name: getattr(trainer, name) if is_finite else None for name in _NUMBERS},
    )
    arrays: dict[str, Array | None] = picture._asdict() if picture else {}
    if history is not None:
        losses = history.train if history.test is None else history.test
        if losses is not None:
            arrays |= {"history_epochs": history.epochs, "history_test": losses}
    return encode_container(message, {name: array for name, array in arrays.items() if array is not None})


def decode_card(data: bytes) -> Card:
    """The card that `encode_card` made."""
    message, arrays = decode_container(data)
    surface = arrays.get("surface")
    return Card(
        **message,
        picture=None if surface is None else SmallPicture(surface, arrays.get("classes"), arrays.get("curve")),
        history_epochs=arrays.get("history_epochs"),
        history_test=arrays.get("history_test"),
    )
