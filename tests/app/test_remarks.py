"""What is said of a run: every rule on real runs, and what is chosen of all that holds."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import pytest

from app.remarks import RULES, Commentator, Evidence, Remark, Remedy, remarks_on
from app.remarks.rule import Urgency
from app.training.goals import Goals
from app.training.run import Run
from engine import Config, Effect, Trainer, effect_of
from tests.support.clock import Clock
from tests.support.remark_runs import PLANS, run_of

CASES: Mapping[str, tuple[str, str, str, str]] = {
    # progress
    "ready": ("fresh", "circle", "full batch", "diverged"),
    "falling_fast": ("circle", "slow", "noisy gauss", "circle done"),
    "saddle": ("slow", "noisy gauss", "xor without layers", "circle"),
    "plateau": ("noisy gauss", "circle", "zeros", "circle done"),
    "plateau_ended": ("late start", "noisy gauss", "slow", "circle"),
    "rising": ("pulled away", "circle", "wild", "noisy gauss"),
    "perfect": ("gauss", "circle", "noisy gauss", "all for training"),
    "nothing_left": ("plane", "hill", "gauss", "diverging"),
    "goal_reached": ("goal", "fresh", "gauss", "slow"),
    "initial_loss": ("huge gradient", "fresh", "hill", "large weights"),
    # generalization
    "overfitting": ("memorized", "noisy gauss", "circle done", "single examples"),
    "gap": ("memorized", "noisy gauss", "circle", "few"),
    "memorized": ("memorized", "noisy gauss", "few", "circle done"),
    "validation_best": ("validated", "overfitting", "circle", "stopped early"),
    "stopped_early": ("stopped early", "overfitting", "validated", "diverged"),
    "generalizes": ("circle done", "memorized", "circle", "rare corner"),
    # steps
    "diverged": ("diverged", "diverging", "wild", "large weights"),
    "diverging": ("diverging", "diverged", "pulled away", "large weights"),
    "oscillating": ("wild", "single examples", "circle", "noisy gauss"),
    "noisy_steps": ("single examples", "wild", "odd normalization", "circle"),
    "rate_low": ("gentle", "noisy gauss", "circle", "xor without layers"),
    "full_batch": ("full batch", "few", "fresh", "slow"),
    "schedule_ended": ("cooled", "slow", "warmed up", "circle done"),
    "clipping": ("clipped", "circle", "diverging", "fresh"),
    "unchanged": ("tiny steps", "fresh", "slow", "cooled"),
    # neurons
    "dead": ("dead", "circle", "xor without layers", "large weights"),
    "saturated": ("large weights", "circle", "dead", "deep sigmoid"),
    "vanishing": ("deep sigmoid", "circle", "strong L2", "circle done"),
    "exploding": ("steep start", "huge gradient", "clipped", "large weights"),
    "zero_weights": ("zeros", "strong L2", "equal", "fresh"),
    "symmetric": ("equal", "zeros", "strong L2", "circle"),
    "redundant": ("overfitting", "noisy gauss", "linear layers", "deep sigmoid"),
    "unused": ("L1", "circle done", "overfitting", "zeros"),
    "tiny_batch_norm": ("odd normalization", "single examples", "circle", "full batch"),
    # capacity
    "no_features": ("no features", "fresh", "xor without layers", "zeros"),
    "linear_fails": ("xor without layers", "gauss", "slow", "no features"),
    "underfitting": ("small spiral", "noisy gauss", "slow", "circle done"),
    "bottleneck": ("one neuron", "small spiral", "circle", "xor without layers"),
    "no_better_than_mean": ("hill", "plane", "zeros", "diverged"),
    # penalties
    "too_strong": ("strong L2", "weak L2", "zeros", "slow"),
    "removed_links": ("L1", "strong L2", "zeros", "circle"),
    "penalty_rules": ("xor L2", "strong L2", "fresh", "circle"),
    "heavy_dropout": ("heavy dropout", "circle", "few", "overfitting"),
    # data
    "majority": ("rare class", "rare corner", "circle", "no features"),
    "minority_missed": ("rare corner", "rare class", "circle", "noisy gauss"),
    "few_examples": ("few", "circle", "rare class", "plane"),
    "no_test_data": ("all for training", "few", "validated", "circle"),
    "noise_floor": ("noisy gauss", "memorized", "circle done", "small spiral"),
    # mistakes
    "confident_mistakes": ("large weights", "circle", "noisy gauss", "plane"),
}
"""By rule: a run in which it finds something, and three in which it finds nothing."""


def said_of(name: str) -> dict[str, Remark]:
    run, since = run_of(name)
    return {remark.name: remark for remark in remarks_on(Evidence(run, since))}


def test_every_rule_has_its_runs() -> None:
    assert CASES.keys() == RULES.keys()


@pytest.mark.parametrize("rule", CASES)
def test_rule_speaks_and_keeps_silent(rule: str) -> None:
    speaking, *silent = CASES[rule]
    assert rule in said_of(speaking)
    assert [name for name in silent if rule in said_of(name)] == []


@pytest.mark.parametrize("rule", CASES)
def test_remark_is_sentences_with_number(rule: str) -> None:
    remark = said_of(CASES[rule][0])[rule]
    assert any(sign.isdigit() for sign in remark.sentence)
    assert all(text[0].isupper() or text[0].isdigit() for text in (remark.sentence, remark.reason))
    assert remark.sentence.endswith(".")
    assert remark.reason.endswith(".")
    assert len(remark.sentence) < 150
    assert len(remark.reason) < 170


@pytest.mark.parametrize("rule", CASES)
def test_remedy_is_change_that_engine_accepts(rule: str) -> None:
    run, _ = run_of(CASES[rule][0])
    remedy = said_of(CASES[rule][0])[rule].remedy
    if remedy is None:
        return
    assert len(remedy.label) < 50
    if remedy.action in {"configure", "retry"}:
        assert effect_of(run.config, run.config.replace(**remedy.changes)) > Effect.NOTHING
    if remedy.action == "seek":
        assert 0 <= (remedy.epoch or 0) < run.trainer.epoch


@pytest.mark.parametrize("name", PLANS)
def test_looking_changes_nothing(name: str) -> None:
    run, since = run_of(name)
    before = run.trainer.state()
    remarks_on(Evidence(run, since))
    after = run.trainer.state()
    assert (before.epoch, before.step, before.batch) == (after.epoch, after.step, after.batch)
    assert all((before.arrays[key] == after.arrays[key]).all() for key in before.arrays)


def test_without_training_examples_nothing_is_said() -> None:
    run = Run(Trainer(Config(dataset="own")), Goals(), (), 1, Clock())
    assert remarks_on(Evidence(run)) == []


# the commentator

CALM = Remark("calm", Urgency.STATE, "It is calm: 1.", "It is.", 1, None)
NEWS = replace(CALM, name="news", urgency=Urgency.NEWS)
ALARM = replace(CALM, name="alarm", urgency=Urgency.PROBLEM, remedy=Remedy("Stop", "retry"))


def names(*rounds: list[Remark]) -> list[str | None]:
    """What is shown in each of several rounds, by name."""
    commentator = Commentator()
    shown = [commentator.choose(sorted(held, key=lambda remark: remark.urgency)) for held in rounds]
    return [remark.name if remark else None for remark in shown]


def test_commentator_says_most_urgent_first() -> None:
    assert names([CALM, ALARM]) == ["alarm"]
    assert names([CALM], [CALM, ALARM]) == ["calm", "alarm"]


def test_commentator_keeps_remark_before_next() -> None:
    assert names(*[[CALM, NEWS]] * 4) == ["news", "news", "calm", "calm"]


def test_commentator_repeats_nothing_unchanged() -> None:
    assert names([CALM], [], [], [CALM]) == ["calm", "calm", None, None]
    assert names([CALM], [], [], [replace(CALM, number=1.4)]) == ["calm", "calm", None, None]
    assert names([CALM], [], [], [replace(CALM, number=2)]) == ["calm", "calm", None, "calm"]


def test_commentator_does_not_alternate() -> None:
    shown = names(*[[CALM], [NEWS]] * 8)
    assert sum(one != other for one, other in pairwise(shown)) <= 3


def test_commentator_starts_over_with_new_run() -> None:
    commentator, run = Commentator(), Run(Trainer(Config()), Goals(), (), 1, Clock())
    first = commentator.look(run, is_playing=False)
    assert first is not None
    run.rewind()
    assert commentator.look(run, is_playing=False) == first
    commentator.choose([])
    commentator.choose([])
    assert commentator.look(run, is_playing=False) is None


def test_trends_count_from_change_of_settings() -> None:
    run, _ = run_of("turned up")
    assert [Evidence(run, since).curve().epochs[0] for since in (0, 80)] == [0, 80]
