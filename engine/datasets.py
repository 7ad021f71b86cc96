"""The data sets: how the examples of each are drawn from a stream."""

import math
from collections.abc import Callable
from typing import NamedTuple

from engine.random import Stream

Example = tuple[float, float, float]
"""x1, x2 and the target: -1 or +1 in classification, a number in regression."""

Generate = Callable[[Stream, int, float], list[Example]]
"""(stream, number of examples, noise as a fraction) to examples, in the order in which they are drawn."""


class Dataset(NamedTuple):
    """A data set: its name on the page, the problem that it poses, the number of examples, and how they are drawn."""

    label: str
    problem: str
    size: int
    generate: Generate


_RADIUS = 5.0


def _circle(stream: Stream, size: int, noise: float) -> list[Example]:
    """A disc inside a ring. Noise moves a point only for the choice of its label."""

    def ring(inner: float, outer: float) -> Example:
        r = stream.uniform(inner, outer)
        angle = stream.uniform(0, 2 * math.pi)
        x, y = r * math.sin(angle), r * math.cos(angle)
        noise_x = stream.uniform(-_RADIUS, _RADIUS) * noise
        noise_y = stream.uniform(-_RADIUS, _RADIUS) * noise
        moved = math.sqrt((x + noise_x) * (x + noise_x) + (y + noise_y) * (y + noise_y))
        return x, y, 1.0 if moved < _RADIUS * 0.5 else -1.0

    half = size // 2
    return [ring(0, _RADIUS * 0.5) for _ in range(half)] + [ring(_RADIUS * 0.7, _RADIUS) for _ in range(half)]


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


def _gauss(stream: Stream, size: int, noise: float) -> list[Example]:
    """Two normal clouds, whose variance grows with the noise from 0.5 to 4 and beyond."""
    variance = 0.5 + (noise / 0.5) * (4 - 0.5)

    def cloud(center: float, label: float) -> list[Example]:
        return [(stream.normal(center, variance), stream.normal(center, variance), label) for _ in range(size // 2)]

    return cloud(2, 1.0) + cloud(-2, -1.0)


def _spiral(stream: Stream, size: int, noise: float) -> list[Example]:
    """Two interleaved arms."""
    n = size // 2

    def arm(turn: float, label: float) -> list[Example]:
        examples = []
        for i in range(n):
            r = i / n * 5
            t = 1.75 * i / n * 2 * math.pi + turn
            x = r * math.sin(t) + stream.uniform(-1, 1) * noise
            y = r * math.cos(t) + stream.uniform(-1, 1) * noise
            examples.append((x, y, label))
        return examples

    return arm(0, 1.0) + arm(math.pi, -1.0)


def _square(stream: Stream, size: int, noise: float, target: Callable[[float, float], float]) -> list[Example]:
    """Points all over the square; noise moves a point only for its target."""
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
    """The height of the largest of six cones of radius 2, up and down by turns."""
    height = 0.0
    for center_x, center_y, sign in _BUMPS:
        distance = math.sqrt((x - center_x) * (x - center_x) + (y - center_y) * (y - center_y))
        cone = sign * min(1.0, max(0.0, 1 - distance / 2))
        if abs(cone) > abs(height):
            height = cone
    return height


def _bumps(stream: Stream, size: int, noise: float) -> list[Example]:
    """Six bumps, up and down by turns."""
    return _square(stream, size, noise, _bumps_at)


DATASETS: dict[str, Dataset] = {
    "circle": Dataset("Circle", "classification", 500, _circle),
    "xor": Dataset("Exclusive or", "classification", 500, _xor),
    "gauss": Dataset("Gaussian", "classification", 500, _gauss),
    "spiral": Dataset("Spiral", "classification", 500, _spiral),
    "reg-plane": Dataset("Plane", "regression", 1200, _plane),
    "reg-gauss": Dataset("Multi Gaussian", "regression", 1200, _bumps),
}


def draw(name: str, noise_percent: float, stream: Stream) -> list[Example]:
    """The examples of the data set `name`, shuffled; `stream` stands where the weights are drawn from afterwards."""
    dataset = DATASETS[name]
    examples = dataset.generate(stream, dataset.size, noise_percent / 100)
    stream.shuffle(examples)
    return examples
