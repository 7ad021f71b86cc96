"""The table of all rules, and the remarks of all that find something."""

from collections.abc import Mapping

from app.remarks.capacity import CAPACITY
from app.remarks.data import DATA
from app.remarks.evidence import Evidence
from app.remarks.generalization import GENERALIZATION
from app.remarks.mistakes import MISTAKES
from app.remarks.neurons import NEURONS
from app.remarks.penalties import PENALTIES
from app.remarks.progress import PROGRESS
from app.remarks.rule import Remark, Rule
from app.remarks.steps import STEPS
from engine.operations import unbounded

RULES: Mapping[str, Rule] = {
    rule.name: rule
    for group in (STEPS, NEURONS, CAPACITY, GENERALIZATION, PENALTIES, DATA, PROGRESS, MISTAKES)
    for rule in group
}
"""All rules by name; of two that are equally urgent, the earlier one is said first."""

OF_POINTS = frozenset(
    {"no_features", "linear_fails", "underfitting", "bottleneck", "no_better_than_mean", "redundant", "memorized"}
    | {"no_test_data", "noise_floor", "perfect"}
)
"""Rules about features, the plane or its examples: where the examples are pictures, they say nothing."""

_BY_URGENCY = tuple(sorted(RULES.values(), key=lambda rule: rule.urgency))


def remarks_on(evidence: Evidence) -> list[Remark]:
    """What all rules find, the most urgent first; nothing without training examples or with infinite losses."""
    trainer = evidence.trainer
    if not trainer.train_size or not trainer.is_showable:
        return []
    left_out = OF_POINTS if trainer.config.has_pictures else frozenset()
    rules = (rule for rule in _BY_URGENCY if rule.name not in left_out)
    with unbounded():
        return [remark for rule in rules if (remark := _remark(rule, evidence))]


def _remark(rule: Rule, evidence: Evidence) -> Remark | None:
    finding = rule.check(evidence)
    if finding is None:
        return None
    number = float(finding.number)
    return Remark(rule.name, rule.urgency, finding.sentence, rule.reason, number, finding.remedy)
