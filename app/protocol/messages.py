"""Writing text: what the server tells a page in JSON."""

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.protocol.errors import Fault
from app.protocol.version import VERSION
from engine import FIELDS, Config, Divergence, EarlyStop


def dump(message: Mapping[str, object], id: int | None = None) -> str:  # noqa: A002
    """A message as JSON, which holds finite numbers only."""
    if id is not None:
        message = {**message, "id": id}
    return json.dumps(message, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def encode_welcome(session: str, resumed: str | None, limits: Mapping[str, int]) -> str:
    """The answer to `hello`; `resumed` is "session", "checkpoint" or None."""
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
        "config": {name: getattr(config, name) for name in FIELDS},
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
) -> str:
    """Whether and how fast it trains, whether it has diverged, and whether early stopping has ended it."""
    diverged = divergence and dataclasses.asdict(divergence)
    stopped = early_stop and dataclasses.asdict(early_stop)
    return dump({"type": "status", "playing": playing, "speed": speed, "diverged": diverged, "stopped": stopped}, id)


def encode_notices(notices: Iterable[Any]) -> str:
    """What a link asked for that could not be honoured: objects with code, key, got, used and message."""
    keys = ("code", "key", "got", "used", "message")
    return dump({"type": "notices", "notices": [{key: getattr(item, key) for key in keys} for item in notices]})


def encode_error(faults: Sequence[Fault], id: int | None = None, *, fatal: bool = False) -> str:  # noqa: A002
    """A refusal with all its reasons, the first of them on top."""
    errors = [item._asdict() for item in faults]
    return dump({"type": "error", **errors[0], "errors": errors, "fatal": fatal}, id)


def encode_export(format: str, filename: str, text: str, id: int | None = None) -> str:  # noqa: A002
    """The answer to `export`: a file with code."""
    return dump({"type": "export", "format": format, "filename": filename, "text": text}, id)


def encode_pong(id: int | None = None) -> str:  # noqa: A002
    """The server is there."""
    return dump({"type": "pong"}, id)


def encode_moved() -> str:
    """The session goes on in another connection."""
    return dump({"type": "moved"})
