"""Real runs that remarks are about, each trained once, when a test first asks for it."""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from app.training.goals import Condition, Goal, Goals
from app.training.run import Run
from engine import Config, Trainer
from tests.support.clock import Clock


class Plan(NamedTuple):
    """How a run is trained: for how many epochs, with which config, from when on with which changes of it."""

    epochs: int
    config: Mapping[str, Any]
    change_at: int | None = None
    changes: Mapping[str, Any] = {}
    goals: Goals = Goals()


def plan(epochs: int, **config: Any) -> Plan:
    return Plan(epochs, {"seed": "0.5", **config})


NARROW = Goals((Goal("own", "own", (Condition("test_loss", "at_most", 0.1),)),))
DEEP = (4, 4, 4, 4, 4)

PLANS: Mapping[str, Plan] = {
    "fresh": plan(0),
    "circle": plan(40),
    "circle done": plan(300),
    "gauss": plan(60, dataset="gauss", hidden_layer_sizes=(2,)),
    "noisy gauss": plan(150, dataset="gauss", noise=50, hidden_layer_sizes=(2,)),
    "xor without layers": plan(150, dataset="xor", hidden_layer_sizes=()),
    "linear layers": plan(120, dataset="circle", activation="linear"),
    "overfitting": plan(250, dataset="gauss", noise=50, train_percent=10, hidden_layer_sizes=(8, 8), learning_rate=0.1),
    "validated": plan(
        300,
        dataset="xor",
        noise=40,
        train_percent=10,
        validation_percent=40,
        hidden_layer_sizes=(8, 8),
        activation="relu",
        learning_rate=0.1,
    ),
    "stopped early": plan(
        300, dataset="gauss", noise=50, train_percent=10, hidden_layer_sizes=(8, 8), learning_rate=0.1, patience=20
    ),
    "zeros": plan(80, initializer="zeros"),
    "deep sigmoid": plan(120, activation="sigmoid", hidden_layer_sizes=DEEP),
    "late start": plan(135, dataset="xor", activation="sigmoid", hidden_layer_sizes=(3, 2), learning_rate=0.3),
    "small spiral": plan(400, dataset="spiral", hidden_layer_sizes=(2,), learning_rate=0.1),
    "dead": plan(40, dataset="spiral", activation="relu", hidden_layer_sizes=(8,), learning_rate=1),
    "equal": plan(30, initializer="zeros", activation="sigmoid"),
    "memorized": plan(
        500, dataset="xor", noise=20, train_percent=10, hidden_layer_sizes=(8, 8), activation="relu", learning_rate=0.1
    ),
    "diverged": plan(50, activation="relu", hidden_layer_sizes=(4,), problem="regression", learning_rate=1),
    "diverging": plan(5, problem="regression", hidden_layer_sizes=(), learning_rate=0.17),
    "wild": plan(70, dataset="spiral", activation="relu", hidden_layer_sizes=(8, 8), learning_rate=0.3),
    "single examples": plan(60, dataset="spiral", batch_size=1, learning_rate=0.3, hidden_layer_sizes=(4, 4)),
    "slow": plan(150, learning_rate=0.001),
    "tiny steps": plan(50, learning_rate=0.00001),
    "full batch": plan(60, batch_size=1000),
    "cooled": plan(60, schedule="exponential", schedule_factor=0.9),
    "clipped": plan(20, clip_norm=0.01),
    "strong L2": plan(60, regularizer="L2", regularization_rate=0.3),
    "L1": plan(150, dataset="gauss", regularizer="L1", regularization_rate=0.01, features=("x", "y", "sinX", "sinY")),
    "large weights": plan(30, initializer="normal", initializer_scale=10, hidden_layer_sizes=(8, 8)),
    "rare class": plan(60, dataset="circle", class_share=5, hidden_layer_sizes=(4,)),
    "rare corner": plan(120, dataset="xor", class_share=20, noise=30, hidden_layer_sizes=(3,)),
    "no features": plan(30, features=()),
    "plane": plan(100, problem="regression", regression_dataset="reg-plane"),
    "hill": plan(60, problem="regression", regression_dataset="reg-gauss", learning_rate=0.00001),
    "all for training": plan(30, train_percent=100),
    "few": plan(60, train_percent=2, dataset="xor"),
    "one neuron": plan(250, hidden_layer_sizes=(1, 4), learning_rate=0.1),
    "odd normalization": plan(30, batch_norm=True, batch_size=2),
    "heavy dropout": plan(30, dropout=0.7, hidden_layer_sizes=(4, 4)),
    "goal": plan(100, dataset="gauss", noise=0)._replace(goals=NARROW),
    "turned up": plan(120)._replace(change_at=80, changes={"learning_rate": 3}),
    "warmed up": plan(60, hidden_layer_sizes=(4,), learning_rate=0.1, schedule="warm_up", schedule_period=100),
    # a run that rises steadily: a chaotic one rises on some processors only
    "pulled away": Plan(
        70,
        {"seed": "0.5", "dataset": "gauss", "optimizer": "adamw", "learning_rate": 0.01, "weight_decay": 0},
        30,
        {"learning_rate": 0.001, "weight_decay": 10},
    ),
    "huge gradient": plan(
        3,
        problem="regression",
        activation="relu",
        hidden_layer_sizes=(8, 8, 8),
        initializer="normal",
        initializer_scale=3,
        clip_norm=0.1,
    ),
    "steep start": plan(
        0,
        problem="regression",
        activation="relu",
        hidden_layer_sizes=(8, 8, 8),
        initializer="normal",
        initializer_scale=3,
    ),
    "gentle": plan(250, dataset="xor", learning_rate=0.003),
    "weak L2": plan(60, regularizer="L2", regularization_rate=0.01, hidden_layer_sizes=(8,)),
    "xor L2": plan(80, dataset="xor", regularizer="L2", regularization_rate=0.03, hidden_layer_sizes=(8,)),
}


@cache
def run_of(name: str) -> tuple[Run, int]:
    """A trained run of the pool, and the epoch since which its settings are in force."""
    epochs, config, change_at, changes, goals = PLANS[name]
    run = Run(Trainer(Config(**config)), goals, (), 1, Clock())
    while run.trainer.epoch < epochs and not run.trainer.has_ended:
        if run.trainer.epoch == change_at:
            run.configure(run.config.replace(**changes))
            change_at = -1
        run.train(max(1, run.trainer.batches))
    return run, PLANS[name].change_at or 0
