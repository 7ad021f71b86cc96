"""Cards of a session, and sessions that are held: what a class needs of every student's network."""

from collections.abc import Callable
from math import inf

import numpy as np
import pytest

from app.link import format_link
from app.protocol.cards import Card, CardLevel
from app.protocol.envelopes import MessageKind
from app.session.cards import CARD_PERIOD, CURVE_POINTS
from app.training.pictures import SIDE, picture_of_trainer
from engine import POINT_DATASETS, Config, Trainer
from tests.app.test_host import SchedulerStage
from tests.app.test_own_data import EMPTY, FOUR
from tests.support.session import Stage

GOAL = "#dataset=gauss&seed=0.3&networkShape=2&goalTestLoss=0.1"
DIVERGING = "#problem=regression&activation=linear&learningRate=10&seed=0.3&networkShape=2&batchSize=1"


def watched(link: str, level: CardLevel = CardLevel.PICTURE) -> Stage:
    """A session that sends cards, and has sent the first."""
    stage = Stage(link)
    stage.session.set_cards(level)
    stage.run(2 * CARD_PERIOD)
    assert len(stage.cards) == 1
    return stage


def next_card(stage: Stage) -> Card | None:
    """The card that is sent within the next seconds, if there is one; there must not be two."""
    known = len(stage.cards)
    stage.run(2 * CARD_PERIOD)
    assert len(stage.cards) <= known + 1
    return stage.cards[-1].card if len(stage.cards) > known else None


def reported(stage: Stage) -> Card:
    """The card that answers a request for a report at once."""
    known = len(stage.cards)
    stage.hear(stage.session.report())
    (sent,) = stage.cards[known:]
    assert sent.is_report
    return sent.card


def link_of(dataset: str) -> str:
    if POINT_DATASETS[dataset].problem == "classification":
        return format_link(Config(dataset=dataset, seed="0.7"))
    return format_link(Config(problem="regression", regression_dataset=dataset, seed="0.7"))


def assert_shows(card: Card, trainer: Trainer) -> None:
    """A card has the numbers of a network, and the picture that a start of it has."""
    names = ("epoch", "train_loss", "test_loss", "train_accuracy", "test_accuracy")
    assert [getattr(card, name) for name in names] == [getattr(trainer, name) for name in names]
    assert card.picture is not None
    for found, expected in zip(card.picture, picture_of_trainer(trainer), strict=True):
        np.testing.assert_array_equal(found, expected)


# --- what they hold -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dataset", POINT_DATASETS)
def test_card_shows_numbers_and_small_picture(dataset: str) -> None:
    stage = watched(link_of(dataset))
    stage.ask("advance", count=3)
    card = next_card(stage)
    assert card is not None
    assert_shows(card, stage.trainer)
    assert card.picture is not None
    assert card.picture.surface.shape == (SIDE, SIDE)
    assert (card.classes, card.dimensions) == (stage.config.classes, stage.config.dimensions)
    assert (card.picture.classes is not None) == (card.classes > 2)
    assert (card.picture.curve is not None) == (card.dimensions == 1)
    assert card.history_epochs is None


@pytest.mark.parametrize(("layers", "shown"), [("20", 9), ("4", 4), ("", 9)])
def test_card_of_pictures_shows_first_weights(layers: str, shown: int) -> None:
    stage = watched(f"#dataset=uci&networkShape={layers}&trainCount=100&seed=0.3")
    stage.ask("advance", count=2)
    card = next_card(stage)
    assert card is not None
    assert (card.classes, card.dimensions, card.test_accuracy) == (10, 0, stage.trainer.test_accuracy)
    assert card.picture is not None
    assert (card.picture.classes, card.picture.curve) == (None, None)
    cells = (
        card.picture.surface.reshape(3, SIDE // 3, 3, SIDE // 3).transpose(0, 2, 1, 3).reshape(9, SIDE // 3, SIDE // 3)
    )
    assert (cells[shown:] == 128).all()
    pictures = stage.trainer.picture_snapshot(changes=True).pictures
    for cell, picture in zip(cells[:shown], pictures, strict=False):
        # each pixel of 8 × 8 is 2 × 2 pixels here
        np.testing.assert_array_equal(cell, picture.repeat(2, axis=0).repeat(2, axis=1))


def test_card_of_larger_pictures_is_smaller() -> None:
    stage = watched("#dataset=mnist&networkShape=10&trainCount=100&seed=0.3")
    stage.ask("advance", count=1)
    card, picture = next_card(stage), stage.trainer.picture_snapshot(changes=True).pictures[0].astype(float)
    assert card is not None
    assert card.picture is not None
    assert card.picture.surface[:16, :16].mean() == pytest.approx(picture.mean(), abs=0.5)
    assert card.picture.surface.std() > 1


def test_card_of_numbers_computes_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Trainer, "snapshot")
    stage = watched(GOAL, CardLevel.NUMBERS)
    assert (stage.cards[0].card.train_loss, stage.cards[0].card.picture) == (stage.trainer.train_loss, None)


def test_card_says_who_plays_and_what_was_reached() -> None:
    stage = watched(GOAL)
    assert (stage.cards[-1].card.playing, stage.cards[-1].card.reached) == (False, {})
    stage.ask("play")
    stage.run(4.0)
    card, (goal,) = stage.cards[-1].card, stage.session.experiment.run.goals
    assert card.playing
    assert card.reached == {"own": goal.reached}
    assert goal.reached


def test_goal_reached_too_late_is_not_on_card() -> None:
    stage = watched(f"{GOAL}&goalEpochs=1")
    stage.ask("advance", count=100)
    card, (goal,) = next_card(stage), stage.session.experiment.run.goals
    assert goal.reached
    assert card is not None
    assert card.reached == {}


@pytest.mark.parametrize("unit", ["minibatch", "epoch"])
def test_card_of_diverged_network_is_finite(unit: str) -> None:
    stage = watched(DIVERGING)
    while not stage.trainer.has_ended:
        stage.ask("advance", unit=unit, count=1)
        stage.turn()
        report = reported(stage)
        assert np.isfinite([report.train_loss or 0, report.test_loss or 0]).all()
    stage.run(2 * CARD_PERIOD)
    card = [sent.card for sent in stage.cards if not sent.is_report][-1]
    assert card.picture is not None
    assert (card.diverged, card.train_loss, card.test_loss, card.playing) == (True, None, None, False)
    corners = np.ix_([0, -1], [0, -1])
    np.testing.assert_array_equal(card.picture.surface[corners], stage.show()["arrays"]["surface"][corners])


def test_looking_at_a_unit_leaves_card_alone() -> None:
    stage = watched(GOAL)
    stage.ask("select", unit=0)
    assert next_card(stage) is None
    assert_shows(reported(stage), stage.trainer)


def test_report_brings_a_thinned_loss_curve() -> None:
    stage = Stage(GOAL)
    stage.ask("advance", count=1000)
    stage.run(1.0)
    card = reported(stage)
    assert_shows(card, stage.trainer)
    assert card.history_epochs is not None
    assert card.history_test is not None
    assert len(card.history_epochs) == len(card.history_test) == CURVE_POINTS
    assert (card.history_epochs[0], card.history_epochs[-1]) == (0, 1000)
    assert card.history_test[-1] == np.float32(stage.trainer.test_loss or 0)


def test_report_follows_a_frame_of_its_state() -> None:
    stage = Stage(GOAL)
    stage.ask("advance", count=40)
    stage.run(1.0)
    stage.session.sleep()
    (kind, frame), (last, _) = stage.hear(stage.session.report())
    assert (kind, last) == (MessageKind.FRAME, MessageKind.CARD)
    assert frame["epoch"] == stage.cards[-1].card.epoch == 40
    assert frame["arrays"]["params"].tolist() == stage.trainer.snapshot().state.arrays["params"].tolist()


def test_report_without_test_examples_brings_training_losses() -> None:
    stage = Stage(EMPTY)
    assert reported(stage).history_test is None
    stage.ask("edit_examples", add=[[*point[:3], "train"] for point in FOUR])
    card = reported(stage)
    assert card.test_loss is None
    assert card.history_test is not None
    assert card.history_test[-1] == np.float32(stage.trainer.train_loss or 0)


# --- when they are sent -------------------------------------------------------------------------------------------


def test_nobody_asked_for_cards() -> None:
    stage = Stage(GOAL)
    stage.ask("play")
    stage.run(3.0)
    stage.session.set_cards(CardLevel.PICTURE)
    stage.run(1.5)
    assert stage.cards
    stage.session.set_cards(CardLevel.NONE)
    stage.cards.clear()
    stage.run(3.0)
    assert stage.cards == []


@pytest.mark.parametrize("frames", [False, True])
@pytest.mark.parametrize("speed", ["minibatch", "epoch", "unlimited"])
def test_cards_come_once_a_second(speed: str, *, frames: bool) -> None:
    stage = watched(GOAL)
    stage.ask("set_speed", speed=speed)
    stage.ask("play")
    stage.clock.step = 0.001
    while stage.clock.now < 10.0:
        if frames:
            stage.session.grant(0, -1)
        stage.hear(stage.session.turn(0.001))
    gaps = np.diff([sent.time for sent in stage.cards])
    assert len(gaps) >= 7
    assert gaps.min() >= CARD_PERIOD
    assert gaps[1:].max() < 1.1 * CARD_PERIOD


CHANGES: dict[str, Callable[[Stage], object]] = {
    "training": lambda stage: stage.ask("advance"),
    "config": lambda stage: stage.ask("configure", changes={"learning_rate": 0.1}),
    "goal": lambda stage: stage.ask("set_view", changes={"goal_test_loss": 9.0}),
    "parameter": lambda stage: stage.ask("set_parameter", index=0, value=3.0),
    "examples": lambda stage: stage.ask("regenerate"),
    "experiment": lambda stage: stage.ask("open", link="#dataset=gauss4"),
    "level": lambda stage: stage.session.set_cards(CardLevel.PICTURE),
}


@pytest.mark.parametrize("change", CHANGES)
def test_card_comes_after_a_change(change: str) -> None:
    stage = watched(GOAL, CardLevel.NUMBERS)
    assert stage.session.ready_at() == inf
    CHANGES[change](stage)
    assert next_card(stage) is not None
    assert stage.session.ready_at() == inf


def test_no_card_comes_while_nothing_changes() -> None:
    stage = watched(GOAL)
    stage.ask("set_speed", speed="epochs_5")
    stage.ask("set_view", changes={"discretize": True})
    stage.hear(stage.session.greet())
    stage.show()
    stage.session.set_cards(CardLevel.NUMBERS)
    assert next_card(stage) is None
    assert stage.session.ready_at() == inf


def test_sleeping_session_only_reports() -> None:
    stage = watched(GOAL)
    stage.ask("play")
    stage.run(1.0)
    stage.session.sleep()
    known = len(stage.cards)
    stage.run(3.0)
    assert stage.session.ready_at() == inf
    assert len(stage.cards) == known
    assert_shows(reported(stage), stage.trainer)
    stage.session.wake()
    stage.run(0.1)
    assert not stage.cards[-1].is_report


# --- held ---------------------------------------------------------------------------------------------------------


def test_held_session_shows_but_does_not_train() -> None:
    stage = watched(GOAL)
    stage.ask("play")
    stage.run(1.0)
    stage.session.hold()
    known, epoch = len(stage.cards), stage.trainer.epoch
    assert stage.ask("set_parameter", index=0, value=3.0)[0][1]["playing"]
    assert stage.show()["arrays"]["params"][0] == 3.0
    stage.run(30.0)
    assert stage.trainer.epoch == epoch
    assert len(stage.cards) == known + 1
    assert_shows(stage.cards[-1].card, stage.trainer)
    assert stage.session.ready_at() == inf


def test_release_continues_at_same_speed() -> None:
    stage = Stage(GOAL)
    stage.ask("play")
    stage.run(1.0)
    stage.session.hold()
    assert stage.show()["epochs_per_second"] == 0
    stage.run(30.0)
    epoch = stage.trainer.epoch
    stage.session.release()
    stage.run(1.0)
    assert stage.trainer.epoch - epoch == pytest.approx(60, abs=2)
    assert stage.show()["epochs_per_second"] == pytest.approx(60, rel=0.1)


def test_held_session_keeps_what_was_to_be_trained() -> None:
    stage = Stage(GOAL)
    stage.session.hold()
    stage.ask("advance", count=7)
    stage.run(5.0)
    assert stage.trainer.epoch == 0
    stage.session.release()
    stage.run(1.0)
    assert stage.trainer.epoch == 7


def test_hold_stops_comparison_too() -> None:
    stage = Stage(f"{GOAL}&compare=activation=relu")
    stage.ask("advance", count=5)
    stage.session.hold()
    stage.said.clear()
    for _ in range(10):
        assert [variant["epoch"] for variant in stage.show()["variants"]] == [None]
    assert {kind for kind, _ in stage.said} == {MessageKind.FRAME}
    stage.session.release()
    stage.run(5.0)
    assert stage.show()["variants"][0]["epoch"] == 5


def test_hold_lasts_through_sleep() -> None:
    stage = Stage(GOAL)
    stage.ask("play")
    stage.session.hold()
    stage.session.sleep()
    stage.session.wake()
    stage.run(1.0)
    assert stage.trainer.epoch == 0


# --- through the scheduler ----------------------------------------------------------------------------------------


def test_scheduler_passes_on_what_a_class_asks() -> None:
    stage = SchedulerStage()
    stage.open(1)
    stage.tell(1, MessageKind.CARDS, bytes([CardLevel.NUMBERS]))
    stage.settle()
    stage.tell(1, MessageKind.HOLD)
    stage.ask(1, "play")
    stage.settle()
    stage.tell(1, MessageKind.REPORT)
    assert [envelope.run for envelope in stage.said if envelope.kind is MessageKind.CARD][:1] == [0]
    assert (stage.said[-1].kind, stage.said[-1].run) == (MessageKind.CARD, 1)
    stage.tell(1, MessageKind.RELEASE)
    stage.tell(1, MessageKind.GRANT, epoch=-1)
    stage.run_until(lambda: stage.epoch(1) > 5)
