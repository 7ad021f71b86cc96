"""Numbers for Prometheus: `GET /metrics`, if the operator switches it on. Nothing is counted for it alone.

The table says what there is; the numbers are read where they are kept, when somebody asks.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app import __version__
from app.log import LOG
from app.rooms.classes import Classes
from app.rooms.rooms import Rooms
from app.rooms.tally import Rejected
from app.settings import Settings, SettingsError
from app.web.addresses import is_near
from app.web.connections import ConnectionRegistry
from app.web.health import READY, Health
from app.workers.counts import BOUNDS
from app.workers.pool import WorkerPool
from app.workers.sweeps import Sweeps

if TYPE_CHECKING:
    from prometheus_client import Metric as Family


class Sources(NamedTuple):
    """The parts of the server that know the numbers."""

    health: Health
    rooms: Rooms
    classes: Classes
    registry: ConnectionRegistry
    workers: WorkerPool
    sweeps: Sweeps


class Metric(NamedTuple):
    """A row of the table. `read` returns a number or, with a label, a number for each of its values.

    That of a histogram returns a `Histogram`.
    """

    name: str
    kind: str
    help: str
    read: Callable[[Sources], Any]
    label: str = ""


def _rejected(sources: Sources) -> Mapping[str, int]:
    """What was refused, by kind: by the front, and by sessions in their processes."""
    counted = sources.workers.counted
    rejected = {kind.value: count for kind, count in sources.rooms.tally.rejected.items()}
    rejected[Rejected.MESSAGE] += counted.refused
    rejected[Rejected.FLOOD] += counted.floods
    return rejected


METRICS = (
    Metric("build_info", "gauge", "Always 1, with the version of the server", lambda _: {__version__: 1}, "version"),
    Metric("ready", "gauge", "1 if /healthz says ready, else 0", lambda it: it.health.status == READY),
    Metric("pages", "gauge", "Pages that are connected", lambda it: it.rooms.connections),
    Metric("sessions", "gauge", "Sessions, with those kept for a page that may return", lambda it: len(it.rooms)),
    Metric("connections", "gauge", "Open connections, HTTP and WebSocket", lambda it: len(it.registry)),
    Metric("classes", "gauge", "Classes that are open", lambda it: len(it.classes)),
    Metric(
        "sweeps",
        "gauge",
        "Sweeps and sets of many starts: running, or waiting for their turn or held",
        lambda it: {"running": it.sweeps.running, "waiting": it.sweeps.waiting},
        "state",
    ),
    Metric(
        "engine_processes",
        "gauge",
        "Engine processes in which sessions get their turns; 1 with PLAYGROUND_WORKERS=0",
        lambda it: it.workers.working,
    ),
    Metric("engine_processes_wanted", "gauge", "Engine processes that there should be", lambda it: len(it.workers)),
    Metric(
        "engine_restarts_total",
        "counter",
        "Engine processes that ended or hung and were replaced",
        lambda it: it.workers.restarts,
    ),
    Metric(
        "engine_start_failures_total",
        "counter",
        "Attempts to start an engine process that failed",
        lambda it: it.workers.failed_starts,
    ),
    Metric(
        "epochs_trained_total",
        "counter",
        "Epochs trained in sessions, without those of compared networks, sweeps and many starts",
        lambda it: it.workers.counted.epochs,
    ),
    Metric("frames_sent_total", "counter", "Frames sent to pages", lambda it: it.rooms.tally.frames),
    Metric(
        "sent_bytes_total",
        "counter",
        "Bytes of all messages sent to pages, frames included",
        lambda it: it.rooms.tally.sent_bytes,
    ),
    Metric(
        "commands_total",
        "counter",
        "Commands received from pages, without acknowledgments of frames and pings",
        lambda it: it.rooms.tally.commands,
    ),
    Metric(
        "pages_turned_away_total",
        "counter",
        "Pages refused because the server was full",
        lambda it: it.rooms.tally.turned_away,
    ),
    Metric("rejected_input_total", "counter", "Input that was refused", _rejected, "kind"),
    Metric(
        "turn_lateness_seconds",
        "histogram",
        "Time between the moment when a turn of a session was due and its beginning",
        lambda it: it.workers.counted.lateness,
    ),
    Metric(
        "turn_duration_seconds",
        "histogram",
        "Processor time of a turn of a session, or of opening one",
        lambda it: it.workers.counted.duration,
    ),
)
"""All metrics. Each name is preceded by `playground_`."""

PREFIX = "playground_"


def _families(sources: Sources) -> Iterator["Family"]:
    """The metrics with their values."""
    from prometheus_client import core  # noqa: PLC0415 - an optional dependency

    kinds: Mapping[str, Any] = {
        "gauge": core.GaugeMetricFamily,
        "counter": core.CounterMetricFamily,
        "histogram": core.HistogramMetricFamily,
    }
    for metric in METRICS:
        labels = [metric.label] if metric.label else []
        family = kinds[metric.kind](f"{PREFIX}{metric.name}", f"{metric.help}.", labels=labels)
        value = metric.read(sources)
        if metric.kind == "histogram":
            bounds = [*map(str, BOUNDS), "+Inf"]
            family.add_metric([], list(zip(bounds, accumulate(value.counts), strict=True)), value.sum)
        else:
            for label, number in value.items() if metric.label else [("", value)]:
                family.add_metric([label] if metric.label else [], number)
        yield family


def metrics_endpoint(settings: Settings, sources: Sources) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of /metrics. Raises SettingsError if the library for it is not installed."""
    try:
        from prometheus_client import CollectorRegistry  # noqa: PLC0415 - an optional dependency
        from prometheus_client.exposition import choose_encoder  # noqa: PLC0415
        from prometheus_client.registry import Collector  # noqa: PLC0415
    except ImportError:
        raise SettingsError(
            "PLAYGROUND_METRICS is true, but the package prometheus-client is not installed; "
            "install it with: pip install 'numpy-playground[metrics]'"
        ) from None

    class Reader(Collector):
        def collect(self) -> Iterator["Family"]:
            return _families(sources)

    registry = CollectorRegistry()
    registry.register(Reader())
    public = urlsplit(settings.public_url)

    async def metrics(request: Request) -> Response:
        if not is_near(request) or (public.scheme == "https" and request.url.hostname == public.hostname):
            LOG.warning("a request for /metrics was refused with 403: it did not come from near", extra={"status": 403})
            return PlainTextResponse(_FAR, 403)
        encode, kind = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(registry), headers={"Content-Type": kind, "Cache-Control": "no-store"})

    return metrics


_FAR = (
    "Metrics are for programs near this server, and this request comes from elsewhere or through a public proxy. "
    "Ask the server directly, at its own address and port in the local network.\n"
)
