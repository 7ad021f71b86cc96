"""How often remarks are wrong: random runs, and an oracle for each rule that knows more than the rule.

    python -m benchmarks.remarks [--runs 500] [--show RULE]

Runs are drawn over the page's choices. When a rule first finds something in a run, its oracle judges that with
hindsight, with fresh examples, or by computing it another way (`benchmarks/oracles.py`).
"""

import argparse
import random
import sys
from collections import Counter
from typing import Any

from app.remarks import RULES, Evidence, Remark, remarks_on
from app.training.goals import Goals
from app.training.run import Run
from benchmarks.oracles import ORACLES, Case
from engine import DATASETS, FEATURES, FIELDS, Config, Trainer
from tests.support.clock import Clock

LOOKS = (0, 15, 30, 60, 120, 240, 400)
"""The epochs in which a run is looked at."""


def random_config(chance: random.Random) -> Config:
    """A config over the page's choices: mostly the control bar, with a few advanced settings."""

    def often(likely: Any, field: str, share: float = 0.7) -> Any:
        offered: list[Any] = list(FIELDS[field].offered or FIELDS[field].choices or ())
        return likely if chance.random() < share else chance.choice(offered)

    names = [name for name, dataset in DATASETS.items() if not dataset.is_own]
    problem = "classification" if chance.random() < 0.8 else "regression"
    found = chance.choice([name for name in names if DATASETS[name].problem == problem])
    features = tuple(name for name in FEATURES if chance.random() < (0.9 if name in "xy" else 0.2)) or ("x", "y")
    data: dict[str, Any] = {"dataset" if problem == "classification" else "regression_dataset": found}
    return Config(
        problem=problem,
        **data,
        seed=f"{chance.random():.5f}",
        noise=often(0, "noise", 0.4),
        train_percent=often(50, "train_percent", 0.5),
        validation_percent=often(0, "validation_percent", 0.9) if chance.random() < 0.3 else 0,
        features=features if chance.random() < 0.5 else ("x", "y"),
        hidden_layer_sizes=tuple(chance.randint(1, 8) for _ in range(chance.choice((0, 1, 1, 2, 2, 3, 5)))),
        activation=often("tanh", "activation", 0.3),
        learning_rate=chance.choice((0.001, 0.003, 0.01, 0.03, 0.03, 0.1, 0.1, 0.3, 1)),
        optimizer=often("sgd", "optimizer"),
        batch_size=often(10, "batch_size", 0.6),
        regularizer=often("none", "regularizer"),
        regularization_rate=often(0, "regularization_rate", 0.3),
        initializer=often("uniform", "initializer"),
        initializer_scale=often(1, "initializer_scale"),
        schedule=often("constant", "schedule", 0.85),
        class_share=often(50, "class_share", 0.85) if problem == "classification" else 50,
        outliers=often(0, "outliers", 0.9),
        loss=often("squared_error", "loss"),
        dropout=often(0, "dropout", 0.9),
        clip_norm=often(0, "clip_norm", 0.9),
        patience=often(0, "patience", 0.9),
        standardize=chance.random() < 0.1,
        batch_norm=chance.random() < 0.1,
    )


def findings(config: Config) -> list[tuple[Remark, Case]]:
    """What each rule finds first in a run, with all that its oracle needs."""
    run = Run(Trainer(config), Goals(), (), 1, Clock())
    losses = {0: (run.trainer.train_loss, run.trainer.test_loss)}
    found: dict[str, tuple[Remark, Case]] = {}
    for epoch in LOOKS:
        while run.trainer.epoch < epoch and not run.trainer.has_ended:
            run.train(max(1, run.trainer.batches))
            losses[run.trainer.epoch] = (run.trainer.train_loss, run.trainer.test_loss)
        for remark in remarks_on(Evidence(run)):
            if remark.name not in found:
                found[remark.name] = remark, Case(remark, run, dict(losses))
                # an oracle looks at the state of this moment
                found[remark.name][1].judge()
        if run.trainer.has_ended:
            break
    return list(found.values())


def main() -> None:
    """Draw the runs, let the oracles judge, and print a line for each rule."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--show", default="")
    options = parser.parse_args()
    fired: Counter[str] = Counter()
    false: Counter[str] = Counter()
    for number in range(options.first, options.first + options.runs):
        for remark, case in findings(random_config(random.Random(number))):  # noqa: S311 - nothing secret
            fired[remark.name] += 1
            false[remark.name] += not case.is_right
            if not case.is_right and options.show in {remark.name, "all"}:
                sys.stdout.write(f"run {number}, {remark.name}: {remark.sentence}\n")
    for name in RULES:
        share = f"{100 * false[name] / fired[name]:.0f}%" if fired[name] else "–"
        sys.stdout.write(f"| `{name}` | {fired[name]} | {false[name]} | {share} |\n")
    total, wrong = fired.total(), false.total()
    sys.stdout.write(f"| all | {total} | {wrong} | {100 * wrong / max(1, total):.1f}% |\n")
    assert ORACLES.keys() == RULES.keys()  # noqa: S101 - every rule is judged


if __name__ == "__main__":
    main()
