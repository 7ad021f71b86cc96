"""The remarks of a program on its differences from the page."""

import textwrap
from collections.abc import Iterator

from engine import ACTIVATIONS, OPTIMIZERS, Config, Trainer


def remarks_on(trainer: Trainer, library: str) -> list[str]:
    """The remarks in the program of a trainer, each wrapped into lines, as the items of a list."""
    found = [*_on_state(trainer), *_on_chance(trainer), *_on_library(trainer, library)]
    return [textwrap.fill(remark, 100, initial_indent="- ", subsequent_indent="  ") for remark in found]


def _on_state(trainer: Trainer) -> Iterator[str]:
    """The page's memory besides the weights at this moment."""
    state, config = trainer.state(), trainer.config
    memory = OPTIMIZERS[config.optimizer].slots
    forgotten = [f"what {OPTIMIZERS[config.optimizer].label} remembers of earlier steps"] if memory else []
    forgotten += ["the gradient of the incomplete last minibatch"] if state.carried else []
    forgotten += ["the best epoch so far, from which early stopping counts"] if config.patience else []
    if state.step and forgotten:
        yield f"Not in this file: {'; '.join(forgotten)}. Here, these start over, as in a new run from these weights."
    if state.batch:
        yield f"The page is {state.batch} minibatches into an epoch. This file starts that epoch from the beginning."


def _on_chance(trainer: Trainer) -> Iterator[str]:
    if trainer.config.dropouts:
        yield (
            "Dropout leaves out other neurons than on the page, drawn at random, so the losses differ as they do "
            "between two runs with different seeds."
        )


def _on_library(trainer: Trainer, library: str) -> Iterator[str]:
    if library == "pytorch" and trainer.config.clip_norm:
        yield (
            "clip_grad_norm_ divides by the norm plus 0.000001; the page divides by the norm. In each of 80 test runs "
            "of 5 epochs, this changed losses and outputs by less than 0.00002."
        )
    if _has_edges(trainer.config):
        yield (
            "Outputs or slopes jump where a weighted sum is 0. Where sums come close to 0, as with zero weights or "
            "when batch normalization gets equal sums, rounding decides, and the two runs may differ from there on."
        )
    if library == "keras":
        yield "With JAX as the backend, set JAX_ENABLE_X64=1; without it, JAX computes in 32 bits."


def _has_edges(config: Config) -> bool:
    """Whether a function jumps at sums of exactly 0, which training itself can reach."""
    hidden = [ACTIVATIONS[name] for name in config.activations[:-1]]
    jumps = config.output_activation == "sign" or not all(activation.is_exact for activation in hidden)
    return jumps or (config.batch_norm and not all(activation.is_smooth for activation in hidden))
