"""Measures the other claims of lessons, help and glossary: `python -m benchmarks.teaching [--starts N] [figure …]`.

Each figure is a claim that is not an outcome of a lesson (`benchmarks.lessons` measures those), measured over many
random seeds, each with its own examples and initial weights.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from app.link import parse_link
from engine import Config, Trainer
from engine.optimizers import OPTIMIZERS
from tests.outcomes import MEASURED, Run, flatness
from tests.support import training

Vector = NDArray[np.float64]
Starts = Sequence[str]


RELUS = "#dataset=circle&networkShape=8,8&activation=relu&initializer=he_normal&loss=cross_entropy"


def trained(link: str, seed: str, epochs: int, is_enough: Callable[[Trainer], bool] = lambda _: False) -> Trainer:
    """A trainer after `epochs` epochs, or after the first one that satisfies `is_enough`."""
    with np.errstate(all="ignore"):
        return training.trained(config_of(link, seed), epochs, is_enough)


def config_of(link: str, seed: str) -> Config:
    """The config of a link, with one start's seed."""
    return parse_link(link).config.replace(seed=seed)


def learns(trainer: Trainer) -> bool:
    """Whether 95% of the test examples are classified correctly."""
    return (trainer.test_accuracy or 0.0) >= 0.95


def spread(values: Sequence[float]) -> str:
    """The median, and the range from the 5th to the 95th percentile."""
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    return f"median {middle:.3g}, 90% within {low:.3g} and {high:.3g}"


def epochs_text(link: str, starts: Starts, max_epochs: int) -> str:
    """The number of starts that learn, and the epochs they need."""
    runs = [trained(link, seed, max_epochs, learns) for seed in starts]
    needed = [run.epoch for run in runs if learns(run)]
    return f"{len(needed)} of {len(starts)} learn" + (f", epochs: {spread(needed)}" if needed else "")


def lines(starts: Starts) -> Iterator[str]:
    """XOR: the accuracy of the learned line, and of the best possible line."""
    learned, best = [], []
    for seed in starts:
        trainer = trained("#dataset=xor&networkShape=", seed, 60)
        learned.append(trainer.test_accuracy or 0.0)
        test = slice(trainer.train_size, None)
        best.append(best_line(trainer.inputs[test], np.ravel(trainer.targets)[test] > 0))
    yield f"learned line: {spread(learned)}"
    yield f"best line: {spread(best)}"


def best_line(points: Vector, is_blue: NDArray[np.bool_]) -> float:
    """The best accuracy of a straight line on points (n, 2), over lines in 180 directions."""
    best = 0.0
    for angle in np.linspace(0, np.pi, 180, endpoint=False):
        order = np.argsort(points @ [np.cos(angle), np.sin(angle)])
        below = np.concatenate([[0], np.cumsum(is_blue[order])])
        right = (np.arange(len(points) + 1) - 2 * below + below[-1]) / len(points)
        best = max(best, right.max(), 1 - right.min())
    return best


def guesses(starts: Starts) -> Iterator[str]:
    """The cosine between the gradient of ten examples and that of all."""
    for epochs in (0, 5, 20):
        cosines = []
        for seed in starts:
            trainer = trained("#dataset=circle&networkShape=4&batchSize=10", seed, epochs)
            whole, before = trainer.gradient(), trainer.state().arrays["params"].copy()
            trainer.run_minibatches(1)
            step = before - trainer.state().arrays["params"]
            cosines.append(float(step @ whole / np.linalg.norm(step) / np.linalg.norm(whole)))
        yield f"after {epochs} epochs: {spread(cosines)}, mean {np.mean(cosines):.2f}"


def revivals(starts: Starts) -> Iterator[str]:
    """ReLU units dead after any of 20 epochs, and those of them active again after a later one."""
    for rate in (0.3, 1, 3):
        dead, back = np.zeros(2, int), np.zeros(2, int)
        link = f"{RELUS}&learningRate={rate}"
        for seed in starts:
            run = Run(config_of(link, seed))
            ever = np.array([dead_in(run.train(epoch)) for epoch in range(21)])
            once = ever.any(axis=0)
            returned = (np.maximum.accumulate(ever, axis=0) & ~ever).any(axis=0)
            dead, back = dead + once.sum(axis=1), back + returned.sum(axis=1)
        for layer in (0, 1):
            yield f"rate {rate}, layer {layer + 1}: {back[layer]} of {dead[layer]} become active again"


def dead_in(run: Run) -> NDArray[np.bool_]:
    """Which units (2, 8) of both hidden layers output zero for all training examples."""
    return np.array([layer.a.max(axis=1) <= 0 for layer in run.hidden])


def born_dead(starts: Starts) -> Iterator[str]:
    """Of the ReLU units dead after 20 epochs at a rate of 0.3, those already dead before training."""
    dead = born = 0
    for seed in starts:
        run = Run(config_of(f"{RELUS}&learningRate=0.3", seed))
        before, after = dead_in(run), dead_in(run.train(20))
        dead, born = dead + after.sum(), born + (before & after).sum()
    yield f"{born} of {dead}"


def units(starts: Starts) -> Iterator[str]:
    """XOR with an increasing number of hidden units, within 200 epochs."""
    for count in (2, 3, 4, 8, 16):
        yield f"{count} units: {epochs_text(f'#dataset=xor&networkShape={count}', starts, 200)}"


def optimizers(starts: Starts) -> Iterator[str]:
    """The default network with each optimizer at the playground's defaults, within 2,000 epochs."""
    for name in OPTIMIZERS:
        yield f"{name}: {epochs_text(f'#optimizer={name}', starts, 2000)}"
    for rate, epsilon in ((1, 1e-8), (1, 1e-6)):
        link = f"#optimizer=adadelta&learningRate={rate}&epsilon={epsilon:g}"
        yield f"adadelta at {rate}, epsilon {epsilon:g}: {epochs_text(link, starts, 2000)}"


def valleys(starts: Starts) -> Iterator[str]:
    """The flatness of the landscape at the same training loss, 0.06, reached with small and large batches."""
    link = "#noise=25&exampleCount=300&networkShape=8,8&optimizer=adam&learningRate=0.01&batchSize="
    small, large = (
        [trained(f"{link}{size}", seed, epochs, lambda run: (run.train_loss or 0.0) <= 0.06) for seed in starts]
        for size, epochs in ((10, 600), (150, 2000))
    )
    both = [pair for pair in zip(small, large, strict=True) if all((run.train_loss or 1.0) <= 0.06 for run in pair)]
    flat = [(flatness(one), flatness(other)) for one, other in both]
    for size, values in zip((10, 150), zip(*flat, strict=True), strict=True):
        yield f"batch size {size}: {spread(values)}"
    yield f"flatter with the small batch: {sum(one > other for one, other in flat)} of {len(flat)}"


def survivors(starts: Starts) -> Iterator[str]:
    """L1 with seven features on the circle: the features that still have a link after 100 epochs."""
    link = "#networkShape=&xTimesY=true&xSquared=true&ySquared=true&sinX=true&sinY=true"
    counts: dict[str, int] = {}
    for seed in starts:
        trainer = trained(f"{link}&regularization=L1&regularizationRate=0.01", seed, 100)
        (((weights, _),),) = trainer.pieces()
        left = ", ".join(name for name, weight in zip(trainer.config.features, weights[0], strict=True) if weight)
        counts[left] = counts.get(left, 0) + 1
    for left, count in sorted(counts.items(), key=lambda item: -item[1])[:4]:
        yield f"{left}: {count} of {len(starts)}"


def decays(starts: Starts) -> Iterator[str]:
    """L2: test and training loss after 300 epochs at each rate, compared with no L2."""
    link = "#exampleCount=100&noise=35&networkShape=8,8&learningRate=0.1"
    plain = [trained(link, seed, 300) for seed in starts]
    for rate in (0.001, 0.003, 0.01, 0.03, 0.1, 0.3):
        runs = [trained(f"{link}&regularization=L2&regularizationRate={rate}", seed, 300) for seed in starts]
        pairs = list(zip(runs, plain, strict=True))
        better = sum((run.test_loss or 0.0) < (other.test_loss or 0.0) for run, other in pairs)
        higher = sum((run.train_loss or 0.0) > (other.train_loss or 0.0) for run, other in pairs)
        yield f"{rate}: test loss lower in {better}, training loss higher in {higher} of {len(starts)}"


FIGURES: Mapping[str, Callable[[Starts], Iterator[str]]] = {
    figure.__name__: figure
    for figure in (lines, guesses, revivals, born_dead, units, optimizers, valleys, survivors, decays)
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the claims of lessons, help and glossary.")
    parser.add_argument("--starts", type=int, default=len(MEASURED), help="number of starts, up to 200")
    parser.add_argument("figures", nargs="*", help=f"of {', '.join(FIGURES)} (default: all)")
    options = parser.parse_args()
    for name in options.figures or FIGURES:
        print(f"{name}: {FIGURES[name].__doc__}")
        for line in FIGURES[name](MEASURED[: options.starts]):
            print(f"    {line}", flush=True)


if __name__ == "__main__":
    main()
