"""Checkpoints, from which a run is resumed: as a page keeps them, and as the server's processes pass them on."""

import base64
import binascii
import dataclasses
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from app.protocol.containers import decode_container, decompress
from app.protocol.errors import MAX_ERRORS, Fault, ProtocolError, fault, shorten
from app.protocol.fields import Count, faults_in
from app.training.goals import GoalProgress
from engine import TrainingState

_COUNTS = ("epoch", "step", "batch", "carried")


def checkpoint_of(frame: bytes, link: str) -> dict[str, Any]:
    """What a page keeps of a frame and sends in `hello`."""
    message, arrays = decode_container(frame)
    state = message["checkpoint"]
    coded = {name: base64.b64encode(arrays[name].astype("<f8").tobytes()).decode() for name in state["arrays"]}
    goals = {"goals": state["goals"]} if "goals" in state else {}
    return {"link": link, **{name: state[name] for name in _COUNTS}, "arrays": coded, **goals}


class _Checkpoint(BaseModel):
    """A checkpoint as a page sends it."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", defer_build=True)

    link: str
    epoch: Count
    step: Count
    batch: Count
    carried: Count
    arrays: dict[str, Any]
    goals: dict[str, Any] = {}


def read_checkpoint(checkpoint: Mapping[str, Any]) -> tuple[str, TrainingState]:
    """The link of a checkpoint and the state of its training. Raises ProtocolError (bad_checkpoint)."""
    try:
        checked = _Checkpoint.model_validate(checkpoint)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)
        wrong = faults_in(found, _Checkpoint.model_fields, "checkpoint")
        refused = (_bad_checkpoint(item.field, item.got or "nothing", item.expected) for item in wrong)
        raise ProtocolError(refused) from None
    if faults := list(islice(_bad_goals(checkpoint), MAX_ERRORS)):
        raise ProtocolError(faults)
    arrays = {name: _read_array(name, text) for name, text in checked.arrays.items()}
    return checked.link, TrainingState(**{name: getattr(checked, name) for name in _COUNTS}, arrays=arrays)


def _bad_goals(checkpoint: Mapping[str, Any]) -> Iterator[Fault]:
    epoch = checkpoint["epoch"]
    for name, pair in checkpoint.get("goals", {}).items():
        numbers = pair if isinstance(pair, list) and len(pair) == 2 else [""]
        if not all(number is None or (type(number) is int and 0 <= number <= epoch) for number in numbers):
            yield _bad_checkpoint(f"goals.{shorten(name)}", pair, f"two epochs from 0 to {epoch}, or null")


def read_progress(checkpoint: Mapping[str, Any] | None) -> GoalProgress:
    """What a checkpoint that has been read says of goals."""
    goals = (checkpoint or {}).get("goals", {})
    return {name: (since, reached) for name, (since, reached) in goals.items()}


def _bad_checkpoint(field: str | None, got: object, expected: str | None) -> Fault:
    return fault("bad_checkpoint", f"checkpoint.{field}", got, expected)


def _read_array(name: str, text: object) -> NDArray[np.float64]:
    expected = "base64 of little-endian float64, all of them finite"
    try:
        data = base64.b64decode(text, validate=True)  # type: ignore[arg-type]
        array = np.frombuffer(data, "<f8").astype(np.float64)
    except (binascii.Error, ValueError, TypeError):
        array = np.array([math.nan])
    if not np.isfinite(array).all():
        raise ProtocolError([_bad_checkpoint(f"arrays.{shorten(name)}", text, expected)])
    return array


# --- between the server's own processes ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How to open a session: its link, and what is known of it if it was open before.

    `examples` is the code of own examples, for a link without one; `run_until` the stop condition that was in force.

    >>> decode_opening(encode_opening(Opening(link="#seed=1"))).link
    '#seed=1'
    """

    link: str
    checkpoint: Mapping[str, Any] | None = None
    playing: bool = False
    speed: str | None = None
    selected: int | None = None
    revision: int = 0
    seq: int = 0
    run: int = 0
    past: bool = False
    run_until: Mapping[str, Any] | None = None
    examples: str = ""


def encode_opening(opening: Opening) -> bytes:
    """An opening as bytes, for an engine process.

    A checkpoint from a page may hold anything, even infinities; `read_checkpoint` refuses them.
    """
    return json.dumps(dataclasses.asdict(opening), ensure_ascii=False, separators=(",", ":")).encode()


def decode_opening(data: bytes) -> Opening:
    """The opening that `encode_opening` wrote."""
    return Opening(**json.loads(data))


def opening_of(config: str, status: str, data: bytes | None, frame: bytes | None) -> Opening:
    """How to reopen a session from the last config, status and data that it sent, and the last frame with a checkpoint.

    A network that reads pictures has no unit selected.
    """
    experiment, running = json.loads(config), json.loads(status)
    link = experiment["link"]
    shown: dict[str, Any] = decode_container(frame)[0] if frame else {}
    selected: int | None = shown.get("selected")
    given: dict[str, Any] = decode_container(decompress(data))[0] if data else {}
    return Opening(
        link=link,
        checkpoint=checkpoint_of(frame, link) if frame else None,
        playing=running["playing"],
        speed=running["speed"],
        selected=selected if selected is not None and selected >= 0 else None,
        revision=experiment["revision"],
        seq=shown.get("seq", 0),
        past=shown.get("past", False),
        run_until=running["run_until"],
        examples=given.get("examples") or "",
    )


class ExperimentText(NamedTuple):
    """What a `config` message says of an experiment."""

    link: str
    config: Mapping[str, Any]
    layers: tuple[int, ...]


def read_experiment(config: str) -> ExperimentText:
    """What a `config` message says of an experiment."""
    message = json.loads(config)
    return ExperimentText(message["link"], message["config"], tuple(message["layers"]))


class StatusText(NamedTuple):
    """What a `status` message says of training: the epochs in which it ended by itself; None if it did not."""

    diverged: int | None
    stopped: int | None
    is_run: bool = False
    """Whether it goes on until a stop condition holds."""


def read_status(status: str) -> StatusText:
    """What a `status` message says of training and its end."""
    message = json.loads(status)
    diverged, stopped = (message[name] and message[name]["epoch"] for name in ("diverged", "stopped"))
    return StatusText(diverged, stopped, message["run_until"] is not None)


def link_of(config: str) -> str:
    """The link in a `config` message."""
    link: str = json.loads(config)["link"]
    return link
