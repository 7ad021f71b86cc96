"""The application: creates the parts and connects them."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterable
from urllib.parse import unquote

from fastapi import FastAPI
from starlette.routing import BaseRoute, Route, WebSocketRoute

from app import __version__
from app.classroom.classroom import LessonText
from app.rooms.classes import MISSES_AT_ONCE, MISSES_PER_SECOND, Classes
from app.rooms.rooms import Rooms
from app.settings import Settings, SettingsError
from app.web import classes_api
from app.web.connections import ConnectionRegistry
from app.web.health import Health
from app.web.hosts import Names
from app.web.limits import Bucket
from app.web.metrics import Sources, metrics_endpoint
from app.web.pages import Pages
from app.web.security import Gate, RootPath
from app.web.uploads import uploads
from app.web.websocket import class_endpoint, endpoint, explain_upgrade
from app.workers.pool import WorkerPool
from app.workers.reader import reader_for
from app.workers.sweeps import Sweeps


def create_app(settings: Settings | None = None) -> FastAPI:
    """An application with its own rooms and workers, which live as long as its lifespan."""
    settings = settings or Settings.from_environment()
    registry = ConnectionRegistry()
    workers = WorkerPool(settings)
    sweeps = Sweeps(settings)
    rooms = Rooms(settings, workers, sweeps, lambda: registry.is_crowded)
    health = Health(rooms, workers, registry)
    pages = Pages(rooms, has_classes=settings.classes, frame_ancestors=settings.frame_ancestors)
    lessons = {item.name: LessonText(item.title, item.link, len(item.steps)) for item in pages.lessons}
    classes = Classes(settings, rooms, lessons, _misses())
    reader = reader_for(settings)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        pages.start()
        await workers.start(rooms.receive, rooms.lost, rooms.resubmit)
        yield
        await asyncio.gather(workers.stop(), reader.stop(), sweeps.stop())

    app = FastAPI(
        title="NumPy Playground",
        version=__version__,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    root = _root_path(settings.public_url)
    if root != "/":
        app.add_middleware(RootPath, path=root)
    app.add_middleware(
        Gate,
        names=Names.of(settings.allowed_hosts, settings.public_url),
        styles=pages.styles,
        frame_ancestors=settings.frame_ancestors,
        reject=rooms.tally.reject,
    )
    app.state.health = health
    app.state.registry = registry
    app.state.workers = workers
    app.state.rooms = rooms

    app.add_exception_handler(404, pages.missing)
    app.add_api_route("/healthz", health.answer, methods=["GET", "HEAD"])
    if settings.metrics:
        sources = Sources(health, rooms, classes, registry, workers, sweeps)
        app.add_api_route("/metrics", metrics_endpoint(settings, sources), methods=["GET", "HEAD"])
    app.add_api_route("/api/datasets", uploads(settings, reader, rooms.tally.reject), methods=["POST"])
    if settings.classes:
        app.router.routes.extend(
            classes_api.routes(settings, classes.code_of, lambda: classes.is_full, rooms.tally.reject)
        )
        app.router.routes.append(classes_api.place(classes.instance, classes.is_open, _misses()))
        app.add_api_websocket_route("/ws/{code}", class_endpoint(classes, rooms, settings))
        app.add_api_route("/ws/{code}", explain_upgrade, methods=["GET", "HEAD", "POST"])
    app.add_api_websocket_route("/ws", endpoint(rooms, settings))
    app.add_api_route("/ws", explain_upgrade, methods=["GET", "HEAD", "POST"])
    # routes are tried in their order, and those of pages are many
    router = pages.router()
    app.include_router(router)
    _check_root(root, [*app.routes, *router.routes])
    return app


def _misses() -> Bucket:
    return Bucket(MISSES_PER_SECOND, MISSES_AT_ONCE, time.monotonic)


def _root_path(public_url: str) -> str:
    """The path of the public URL, with a slash at both ends."""
    return "/" + "/".join(public_url.split("/")[3:])


def _check_root(root: str, routes: Iterable[BaseRoute]) -> None:
    """Raise SettingsError if the path of the public URL begins like a route.

    Otherwise nobody could tell whether a proxy has removed that path from a request.
    """
    own = {route.path.split("/")[1] for route in routes if isinstance(route, Route | WebSocketRoute)} - {""}
    first = root.split("/")[1]
    if unquote(first) in own:
        raise SettingsError(
            f"PLAYGROUND_PUBLIC_URL has the path {root}, whose first part must be none of the server's own: "
            f"{', '.join(sorted(own))}; choose another path, such as /playground{root}"
        )
