"""What a program says about where it does not do exactly what the page does."""

import textwrap
from collections.abc import Iterator

from engine import OPTIMIZERS, Trainer


def remarks_on(trainer: Trainer, format: str) -> list[str]:  # noqa: A002 - the word of the wire
    """The remarks in the program of a trainer, each wrapped into lines, as the items of a list."""
    found = [*_on_state(trainer), *_on_chance(trainer), *_on_library(trainer, format)]
    return [textwrap.fill(remark, 100, initial_indent="- ", subsequent_indent="  ") for remark in found]


def _on_state(trainer: Trainer) -> Iterator[str]:
    """What the page remembers beside the weights at this moment."""
    state, config = trainer.state(), trainer.config
    memory = OPTIMIZERS[config.optimizer].slots
    forgotten = [f"what {OPTIMIZERS[config.optimizer].label} remembers of earlier steps"] if memory else []
    forgotten += ["the gradient of the incomplete last minibatch"] if state.carried else []
    forgotten += ["the best epoch so far, from which early stopping counts"] if config.patience else []
    if state.step and forgotten:
        yield f"Not in this file: {'; '.join(forgotten)}. Here these start afresh, as in a new run from these weights."
    if state.batch:
        yield f"The page is {state.batch} minibatches into an epoch. This file starts that epoch from the beginning."


def _on_chance(trainer: Trainer) -> Iterator[str]:
    if trainer.config.dropouts:
        yield (
            "Dropout leaves out other units than on the page, drawn at random, so the losses differ as those of two "
            "runs with different seeds do."
        )


def _on_library(trainer: Trainer, format: str) -> Iterator[str]:  # noqa: A002
    if format == "pytorch" and trainer.config.clip_norm:
        yield (
            "clip_grad_norm_ divides by the norm plus 0.000001, the page by the norm. That changed losses and outputs "
            "by less than 0.00002 in 5 epochs of 180 test runs."
        )
    if _is_on_edge(trainer):
        yield (
            "From zeros, weighted sums of exactly 0 come up again, where the answer jumps. Rounding decides then, and "
            "runs may part; with a batch size of 1 nothing is rounded."
        )
    if format == "keras":
        yield "With JAX as the backend, set JAX_ENABLE_X64=1: without it JAX computes in 32 bits."


def _is_on_edge(trainer: Trainer) -> bool:
    """Whether training starts on an edge of the answers, and comes back to it or not by how numbers are rounded."""
    config = trainer.config
    has_edge = config.output_activation == "sign" or "step" in config.activations
    return config.initializer == "zeros" and has_edge and trainer.batch_size > 1
