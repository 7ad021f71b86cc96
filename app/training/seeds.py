"""The seeds of many starts: which of them differ from start to start.

The same starts come back every time: 20 of them are the first of 100, and two settings can be compared start by start.
"""

from collections.abc import Callable, Mapping

from engine import Config


def _with_weights(config: Config, seed: str) -> Config:
    return config.replace(weight_seed=seed, weight_offset=0)


def _with_data(config: Config, seed: str) -> Config:
    return config.replace(seed=seed, weight_seed=config.weight_seed or config.seed)


def _with_both(config: Config, seed: str) -> Config:
    return config.replace(seed=seed, weight_seed="", weight_offset=0)


VARIED: Mapping[str, Callable[[Config, str], Config]] = {
    "weights": _with_weights,
    "data": _with_data,
    "both": _with_both,
}
"""What can differ between the starts: `(config, seed)` to the config of the start with this seed."""


NOTHING = "nothing"
"""In place of a key of `VARIED`: every start has the seeds of the config."""


def seed_of(index: int) -> str:
    """The seed of start `index`, from 0, which is shown as number `index` + 1.

    A plain number would not do: the original's generator repeats a short seed until it fills its key, so that the seeds
    1, 11 and 111 give the same numbers. What begins with the only "s" in it is a repetition of nothing else.

    >>> seed_of(16)
    'start17'
    """
    return f"start{index + 1}"


def config_of(config: Config, vary: str, index: int) -> Config:
    """The config of start `index`, from 0. It does not depend on the seeds that are varied.

    >>> config_of(Config(), "weights", 16).weight_seed
    'start17'
    """
    return config if vary == NOTHING else VARIED[vary](config, seed_of(index))
