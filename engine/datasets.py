"""The data sets: how their examples are drawn from a stream, thinned and given outliers.

Some consist of pictures, which are not drawn but read from files (`engine.digits`). In all others, the points lie
approximately in [-6, 6], and noise uses the original's scale: at 0 there are hardly any exceptions to the rule, at 25%
its edges are blurred, at 50% classes and values overlap but the rule is still visible.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

from engine.random import Stream, generator

Example = tuple[float, float, float]
"""x1, x2 and the target: -1 or +1 for two classes, the class number from 0 for more, a value in regression."""

Generate = Callable[[Stream, int, float], list[Example]]
"""Maps (stream, number of examples, noise as a fraction) to examples, in the order in which they are drawn."""


class Dataset(NamedTuple):
    """A data set: its label, default number of examples, drawing function, and description (`help`).

    `classes` is 0 in regression; if `dimensions` is 1, x2 is always 0. If `is_own`, the examples are the user's own
    (`own_examples.py`), and nothing is drawn. `draws` is how many random numbers each example takes, or 0 if that
    depends on the numbers. The examples of a data set with a `side` are pictures of side × side pixels.
    """

    label: str
    size: int
    generate: Generate
    help: str
    classes: int = 2
    dimensions: int = 2
    is_own: bool = False
    draws: int = 0
    side: int = 0

    @property
    def problem(self) -> str:
        """The problem type of the data set."""
        return "classification" if self.classes else "regression"

    @property
    def class_targets(self) -> tuple[float, ...]:
        """The target of every class; none in regression."""
        return (-1.0, 1.0) if self.classes == 2 else tuple(map(float, range(self.classes)))


_RADIUS = 5.0


def _shares(size: int, count: int) -> list[int]:
    """`count` parts of a number of examples, as equal as possible, larger ones first."""
    return [(size + count - 1 - part) // count for part in range(count)]


def _circle(stream: Stream, size: int, noise: float) -> list[Example]:
    """A disc inside a ring. Noise moves a point only to choose its label."""

    def ring(inner: float, outer: float) -> Example:
        r = stream.uniform(inner, outer)
        angle = stream.uniform(0, 2 * math.pi)
        x, y = r * math.sin(angle), r * math.cos(angle)
        noise_x = stream.uniform(-_RADIUS, _RADIUS) * noise
        noise_y = stream.uniform(-_RADIUS, _RADIUS) * noise
        moved = math.sqrt((x + noise_x) * (x + noise_x) + (y + noise_y) * (y + noise_y))
        return x, y, 1.0 if moved < _RADIUS * 0.5 else -1.0

    inside, outside = _shares(size, 2)
    return [ring(0, _RADIUS * 0.5) for _ in range(inside)] + [ring(_RADIUS * 0.7, _RADIUS) for _ in range(outside)]


def _xor(stream: Stream, size: int, noise: float) -> list[Example]:
    """Four squares; a label is the sign of x1 * x2."""
    padding = 0.3

    def one() -> Example:
        x = stream.uniform(-5, 5)
        x += padding if x > 0 else -padding
        y = stream.uniform(-5, 5)
        y += padding if y > 0 else -padding
        noise_x = stream.uniform(-5, 5) * noise
        noise_y = stream.uniform(-5, 5) * noise
        return x, y, 1.0 if (x + noise_x) * (y + noise_y) >= 0 else -1.0

    return [one() for _ in range(size)]


def _clouds(stream: Stream, size: int, noise: float, centers: list[Example]) -> list[Example]:
    """Normal clouds around (x1, x2), whose variance grows with the noise from 0.5 to 4 and beyond."""
    variance = 0.5 + (noise / 0.5) * (4 - 0.5)
    return [
        (stream.normal(x, variance), stream.normal(y, variance), target)
        for (x, y, target), share in zip(centers, _shares(size, len(centers)), strict=True)
        for _ in range(share)
    ]


def _gauss(stream: Stream, size: int, noise: float) -> list[Example]:
    """Two clouds."""
    return _clouds(stream, size, noise, [(2, 2, 1.0), (-2, -2, -1.0)])


def _four_clouds(stream: Stream, size: int, noise: float) -> list[Example]:
    """Four clouds, in the four quarters of the square."""
    return _clouds(stream, size, noise, [(2.5, 2.5, 0.0), (-2.5, 2.5, 1.0), (-2.5, -2.5, 2.0), (2.5, -2.5, 3.0)])


def _spirals(stream: Stream, size: int, noise: float, turns: float, targets: list[float]) -> list[Example]:
    """Interleaved arms that wind `turns` times around the center; noise moves the points."""
    examples = []
    for arm, (target, n) in enumerate(zip(targets, _shares(size, len(targets)), strict=True)):
        start = 2 * math.pi * arm / len(targets)
        for i in range(n):
            r = i / n * 5
            t = turns * i / n * 2 * math.pi + start
            x = r * math.sin(t) + stream.uniform(-1, 1) * noise
            y = r * math.cos(t) + stream.uniform(-1, 1) * noise
            examples.append((x, y, target))
    return examples


def _spiral(stream: Stream, size: int, noise: float) -> list[Example]:
    """Two arms."""
    return _spirals(stream, size, noise, 1.75, [1.0, -1.0])


def _three_spirals(stream: Stream, size: int, noise: float) -> list[Example]:
    """Three arms, which wind less, so that the gaps between them are equally wide."""
    return _spirals(stream, size, noise, 1.2, [0.0, 1.0, 2.0])


def _gate(stream: Stream, size: int, noise: float, truth: Callable[[int, int], bool]) -> list[Example]:
    """A truth table, row by row: squares around (±2.5, ±2.5). Noise moves the inputs; labels stay.

    Without noise, a straight line separates true from false whenever it separates the four corners.
    """

    def level(on: int) -> float:
        return (2.5 if on else -2.5) + stream.uniform(-1, 1) + stream.uniform(-5, 5) * noise

    rows = (divmod(index % 4, 2) for index in range(size))
    return [(level(a), level(b), 1.0 if truth(a, b) else -1.0) for a, b in rows]


def _and(stream: Stream, size: int, noise: float) -> list[Example]:
    """True where both inputs are true."""
    return _gate(stream, size, noise, lambda a, b: a + b == 2)


def _or(stream: Stream, size: int, noise: float) -> list[Example]:
    """True where at least one input is true."""
    return _gate(stream, size, noise, lambda a, b: a + b > 0)


def _nand(stream: Stream, size: int, noise: float) -> list[Example]:
    """True unless both inputs are true."""
    return _gate(stream, size, noise, lambda a, b: a + b < 2)


def _moons(stream: Stream, size: int, noise: float) -> list[Example]:
    """Two interlocking half circles; noise moves the points, normally distributed, by 2 * noise."""
    radius, variance = 3.2, (2 * noise) ** 2

    def one(side: float) -> Example:
        angle = stream.uniform(0, math.pi)
        x = side * radius * (math.cos(angle) - 0.5)
        y = side * radius * (math.sin(angle) - 0.25)
        return stream.normal(x, variance), stream.normal(y, variance), side

    upper, lower = _shares(size, 2)
    return [one(1.0) for _ in range(upper)] + [one(-1.0) for _ in range(lower)]


def _rings(stream: Stream, size: int, noise: float) -> list[Example]:
    """A disc and three rings around it, with alternating classes; noise moves the points."""
    pitch, width = 1.4, 0.8

    def one(rings: tuple[int, int], target: float) -> Example:
        # evenly over the area of both rings: r² is uniform within each
        inner = [pitch * ring for ring in rings]
        areas = [(r + width) ** 2 - r**2 for r in inner]
        area = stream.uniform(0, sum(areas))
        r = math.sqrt(inner[0] ** 2 + area if area < areas[0] else inner[1] ** 2 + area - areas[0])
        angle = stream.uniform(0, 2 * math.pi)
        x = r * math.sin(angle) + stream.uniform(-1, 1) * noise
        y = r * math.cos(angle) + stream.uniform(-1, 1) * noise
        return x, y, target

    even, odd = _shares(size, 2)
    return [one((0, 2), 1.0) for _ in range(even)] + [one((1, 3), -1.0) for _ in range(odd)]


def _checkerboard(stream: Stream, size: int, noise: float) -> list[Example]:
    """A 4 × 4 checkerboard with gaps between the squares. Noise moves a point only to choose its label."""
    side, gap = 3.0, 0.3

    def position() -> tuple[float, float]:
        at = stream.uniform(-6, 6)
        center = (math.floor(at / side) + 0.5) * side
        return center + (at - center) * (1 - gap / side), stream.uniform(-side / 2, side / 2) * noise

    def one() -> Example:
        (x, noise_x), (y, noise_y) = position(), position()
        squares = math.floor((x + noise_x) / side) + math.floor((y + noise_y) / side)
        return x, y, 1.0 if squares % 2 == 0 else -1.0

    return [one() for _ in range(size)]


def _square(stream: Stream, size: int, noise: float, target: Callable[[float, float], float]) -> list[Example]:
    """Points all over the square; noise moves a point only to choose its target."""
    radius = 6.0

    def one() -> Example:
        x = stream.uniform(-radius, radius)
        y = stream.uniform(-radius, radius)
        noise_x = stream.uniform(-radius, radius) * noise
        noise_y = stream.uniform(-radius, radius) * noise
        return x, y, target(x + noise_x, y + noise_y)

    return [one() for _ in range(size)]


def _plane(stream: Stream, size: int, noise: float) -> list[Example]:
    """A tilted plane from -1 to +1."""
    return _square(stream, size, noise, lambda x, y: (x + y) / 10)


_BUMPS = ((-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1))


def _bumps_at(x: float, y: float) -> float:
    """The height of the largest of six cones of radius 2, alternately up and down."""
    height = 0.0
    for center_x, center_y, sign in _BUMPS:
        distance = math.sqrt((x - center_x) * (x - center_x) + (y - center_y) * (y - center_y))
        cone = sign * min(1.0, max(0.0, 1 - distance / 2))
        if abs(cone) > abs(height):
            height = cone
    return height


def _bumps(stream: Stream, size: int, noise: float) -> list[Example]:
    """Six bumps, alternately up and down."""
    return _square(stream, size, noise, _bumps_at)


def _curve(stream: Stream, size: int, noise: float, target: Callable[[float], float]) -> list[Example]:
    """Points along x1; noise shifts their targets by as much as on the plane."""

    def one() -> Example:
        x = stream.uniform(-6, 6)
        return x, 0.0, target(x) + stream.uniform(-1, 1) * noise

    return [one() for _ in range(size)]


def _sine(stream: Stream, size: int, noise: float) -> list[Example]:
    """One period of a sine."""
    return _curve(stream, size, noise, lambda x: math.sin(x * math.pi / 6))


def _step(stream: Stream, size: int, noise: float) -> list[Example]:
    """A step from -1 to +1 at 0."""
    return _curve(stream, size, noise, lambda x: 1.0 if x >= 0 else -1.0)


def _abs(stream: Stream, size: int, noise: float) -> list[Example]:
    """The absolute value, scaled to -1 at 0 and +1 at both ends."""
    return _curve(stream, size, noise, lambda x: abs(x) / 3 - 1)


def _nothing(stream: Stream, size: int, noise: float) -> list[Example]:
    """Draws nothing, because the user provides the examples, or because they are pictures."""
    return []


_OWN_HELP = "Your own examples, from the map or from a table."

DATASETS: dict[str, Dataset] = {
    "circle": Dataset("Circle", 500, _circle, "A disc inside a ring.", draws=4),
    "xor": Dataset("XOR (exclusive or)", 500, _xor, "One class where both coordinates have the same sign.", draws=4),
    "gauss": Dataset("Gaussian", 500, _gauss, "Two clouds."),
    "spiral": Dataset("Spiral", 500, _spiral, "Two arms that wind around each other.", draws=2),
    "and": Dataset("AND", 500, _and, "One class where both coordinates are positive.", draws=4),
    "or": Dataset("OR", 500, _or, "One class where at least one coordinate is positive.", draws=4),
    "nand": Dataset("NAND", 500, _nand, "One class unless both coordinates are positive.", draws=4),
    "moons": Dataset("Moons", 500, _moons, "Two interlocking crescents."),
    "rings": Dataset("Rings", 500, _rings, "Rings around a disc, of either class by turns.", draws=4),
    "checkerboard": Dataset("Checkerboard", 500, _checkerboard, "Squares of either class by turns.", draws=4),
    "spiral3": Dataset("Three-arm spiral", 500, _three_spirals, "Three classes, one for each arm.", classes=3, draws=2),
    "gauss4": Dataset("Four Gaussians", 500, _four_clouds, "Four classes, one for each cloud.", classes=4),
    "mnist": Dataset("MNIST digits", 10_000, _nothing, "Handwritten digits of 28 × 28 pixels.", classes=10, side=28),
    "uci": Dataset("Small digits", 1797, _nothing, "Handwritten digits of 8 × 8 pixels.", classes=10, side=8),
    "own": Dataset("Your data", 0, _nothing, _OWN_HELP, is_own=True),
    "reg-plane": Dataset("Plane", 1200, _plane, "A tilted plane.", classes=0, draws=4),
    "reg-gauss": Dataset("Multi Gaussian", 1200, _bumps, "Six bumps, up and down by turns.", classes=0, draws=4),
    "reg-sine": Dataset("Sine", 500, _sine, "One period of a sine along x₁.", classes=0, dimensions=1, draws=2),
    "reg-step": Dataset("Step", 500, _step, "A jump from −1 to 1 along x₁.", classes=0, dimensions=1, draws=2),
    "reg-abs": Dataset(
        "Absolute value", 500, _abs, "A valley with a sharp bottom along x₁.", classes=0, dimensions=1, draws=2
    ),
    "reg-own": Dataset("Your data", 0, _nothing, _OWN_HELP, classes=0, is_own=True),
}


POINT_DATASETS = {name: dataset for name, dataset in DATASETS.items() if not dataset.side}
"""The data sets whose examples are points of the plane."""

PICTURE_DATASETS = {name: dataset for name, dataset in DATASETS.items() if dataset.side}
"""The data sets whose examples are pictures."""


def draw(
    name: str,
    noise_percent: float,
    stream: Stream,
    *,
    seed: str = "",
    example_count: int = 0,
    class_share: float = 50,
    outliers: float = 0,
) -> list[Example]:
    """The examples of the data set `name`, shuffled; the numbers that follow in `stream` are for the initial weights.

    `example_count` 0 means the data set's default. `class_share` is the desired percentage of positive examples: the
    class that has too many is thinned. 50 leaves the data unchanged, and only data with two classes are thinned.
    `outliers` is the percentage of examples that get a wrong label or, in regression, a target far off. Both draw their
    random numbers from `seed`, not from the stream, and a stronger setting extends the changes of a weaker one.
    """
    dataset = DATASETS[name]
    examples = dataset.generate(stream, example_count or dataset.size, noise_percent / 100)
    stream.shuffle(examples)
    if class_share != 50 and dataset.classes == 2:
        examples = _thinned(examples, class_share / 100, seed)
    if outliers:
        examples = _with_outliers(examples, dataset.class_targets, outliers / 100, seed)
    return examples


def skip(name: str, stream: Stream, example_count: int = 0) -> bool:
    """Move a stream past the examples of the data set `name`, if that is possible without drawing them, which is slow.

    `example_count` 0 means the data set's default. Pictures take no numbers from a stream. Returns whether it was
    possible; if not, the stream has not moved.
    """
    dataset = DATASETS[name]
    if dataset.draws:
        # shuffling takes a number for each example
        stream.skip((dataset.draws + 1) * (example_count or dataset.size))
    return dataset.draws > 0 or dataset.side > 0


def _thinned(examples: list[Example], share: float, seed: str) -> list[Example]:
    """The examples, thinned so that `share` of them are positive; some of each class always remain."""
    positive = [index for index, (_, _, target) in enumerate(examples) if target > 0]
    negative = [index for index, (_, _, target) in enumerate(examples) if target <= 0]
    if not positive or not negative:
        return examples
    if len(positive) > share * len(examples):
        large, left = positive, round(len(negative) * share / (1 - share))
    else:
        large, left = negative, round(len(positive) * (1 - share) / share)
    order = generator(seed, "class share").permutation(large)
    gone = set(order[max(left, 1) :].tolist())
    return [example for index, example in enumerate(examples) if index not in gone]


def _with_outliers(examples: list[Example], class_targets: tuple[float, ...], share: float, seed: str) -> list[Example]:
    """The examples with `share` of their targets wrong: another class, or 2 to 3 above or below the true value."""
    chance = generator(seed, "outliers")
    chosen = chance.permutation(len(examples))[: round(len(examples) * share)]
    examples = examples.copy()
    for index, number in zip(chosen.tolist(), chance.uniform(-1, 1, len(examples)).tolist(), strict=False):
        x, y, target = examples[index]
        if class_targets:
            others = [other for other in class_targets if other != target]
            wrong = others[int((number + 1) / 2 * len(others))]
        else:
            wrong = target + math.copysign(2, number) + number
        examples[index] = x, y, wrong
    return examples
