"""Writing text: what the server tells a page in JSON."""

import dataclasses
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.protocol.errors import Fault
from app.protocol.version import VERSION
from app.training.history import TimelinePosition
from app.training.recovery import RetryPoint
from app.training.until import RunUntil, StopReason
from engine import FIELDS, Config
from engine.own_examples import PARTS
from engine.stopping import Divergence, EarlyStop

TOLD_FIELDS = tuple(name for name, field in FIELDS.items() if field.kind != "examples")
"""The fields that a config tells: all but the user's own examples, which travel with the data."""


def dump(message: Mapping[str, object], id: int | None = None) -> str:  # noqa: A002
    """A message as JSON, which holds finite numbers only."""
    if id is not None:
        message = {**message, "id": id}
    return json.dumps(message, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def encode_welcome(session: str, resumed: str | None, limits: Mapping[str, int]) -> str:
    """The answer to `hello`; `resumed` is "session", "checkpoint", "copy" or None."""
    return dump({"type": "welcome", "version": VERSION, "session": session, "resumed": resumed, "limits": limits})


def encode_config(
    config: Config,
    view: object,
    link: str,
    revision: int,
    effect: str,
    id: int | None = None,  # noqa: A002
) -> str:
    """The experiment in force; `view` is a dataclass, `effect` what the last change rebuilt."""
    message = {
        "type": "config",
        "revision": revision,
        "config": {name: getattr(config, name) for name in TOLD_FIELDS},
        "view": dataclasses.asdict(view),  # type: ignore[call-overload]
        "link": link,
        "layers": config.layer_sizes,
        "effect": effect,
    }
    return dump(message, id)


def encode_status(
    playing: bool,
    speed: str,
    divergence: Divergence | None,
    early_stop: EarlyStop | None,
    id: int | None = None,  # noqa: A002
    *,
    place: TimelinePosition | None = None,
    errand: RunUntil | None = None,
    ended: StopReason | None = None,
    retreat: RetryPoint | None = None,
) -> str:
    """Whether and how fast it trains, whether it has diverged, and whether early stopping has ended it.

    `place` is the moment that is shown, if it is not now; `errand` what is trained for, `ended` how the last one ended,
    `retreat` where training that diverged can go on from.
    """
    message = {
        "type": "status",
        "playing": playing,
        "speed": speed,
        "diverged": divergence and {**dataclasses.asdict(divergence), "retry": retreat and retreat._asdict()},
        "stopped": early_stop and dataclasses.asdict(early_stop),
        "run_until": errand and {name: getattr(errand, name) for name in ("until", "epochs", "patience", "since")},
        "run_ended": ended and {"epoch": ended.epoch, "cause": ended.why, "reason": ended.reason},
        "position": place
        and {"epoch": place.past, "latest": place.now, "previous": place.earlier, "next": place.later},
    }
    return dump(message, id)


def encode_notices(notices: Iterable[Any]) -> str:
    """What a link asked for that could not be honoured: objects with code, key, got, used and message."""
    keys = ("code", "key", "got", "used", "message")
    return dump({"type": "notices", "notices": [{key: getattr(item, key) for key in keys} for item in notices]})


def encode_error(faults: Sequence[Fault], id: int | None = None, *, fatal: bool = False) -> str:  # noqa: A002
    """A refusal with all its reasons, the first of them on top."""
    errors = [item._asdict() for item in faults]
    return dump({"type": "error", **errors[0], "errors": errors, "fatal": fatal}, id)


def encode_goals(standings: Iterable[Any]) -> str:
    """How it stands with the goals: objects with `goal`, `reached`, `late`, `missed` and `obstacle`."""
    return dump({"type": "goals", "goals": [_goal(item) for item in standings]})


def _goal(standing: Any) -> dict[str, Any]:
    goal = standing.goal
    conditions = [{**item._asdict(), "words": item.words} for item in goal.conditions]
    return {
        **{key: getattr(goal, key) for key in ("name", "label", "medal", "lasting")},
        **{key: getattr(standing, key) for key in ("reached", "late", "missed", "obstacle")},
        "conditions": conditions,
    }


def encode_table(report: Any) -> str:
    """What became of a table that was sent: an object with what `tables.Report` has."""
    own = report.own
    parts = Counter(PARTS[part] for part in own.parts.tolist()) if own else Counter()
    roles = {place: role for role, place in report.roles.items()}
    return dump(
        {
            "examples": report.code,
            "count": len(own) if own else 0,
            "parts": {name: parts[name] for name in PARTS},
            "kind": ("classes" if own.classes else "values") if own else None,
            "classes": own.classes if own else 0,
            "labels": own.labels if own else (),
            "range": report.range,
            "fits": report.fits,
            "columns": [{"name": name, "role": roles.get(place)} for place, name in enumerate(report.names)],
            "header": report.header,
            "delimiter": report.delimiter,
            "decimal": report.decimal,
            "encoding": report.encoding,
            "notes": report.notes,
            "preview": report.preview,
            "refused": report.refused,
            "errors": [error._asdict() for error in report.errors],
        }
    )


def encode_export(format: str, filename: str, text: str, id: int | None = None) -> str:  # noqa: A002
    """The answer to `export`: a file with code."""
    return dump({"type": "export", "format": format, "filename": filename, "text": text}, id)


def encode_composed(link: str, id: int | None = None) -> str:  # noqa: A002
    """The answer to `compose`."""
    return dump({"type": "composed", "link": link}, id)


def encode_animating(share: float | None, id: int | None = None) -> str:  # noqa: A002
    """How much of an animation is drawn, 0 to 1; None if none is being drawn any more."""
    return dump({"type": "animating", "share": share}, id)


def encode_pong(id: int | None = None) -> str:  # noqa: A002
    """The server is there."""
    return dump({"type": "pong"}, id)


def encode_moved() -> str:
    """The session goes on in another connection."""
    return dump({"type": "moved"})
