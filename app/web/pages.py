"""Pages and their files, served over HTTP."""

import asyncio
import functools
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple
from urllib.parse import quote, unquote

from fastapi import APIRouter, Request, Response
from jinja2 import Environment, FunctionLoader, StrictUndefined
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse

from app.course import Lesson, read_lessons
from app.link import CONTROLS, KEYS, OWN_GOALS, parse_link
from app.link.controls import OTHER_CONTROLS, SETTINGS, controls_on_page
from app.link.digits import LECTURE, NETWORKS
from app.log import LOG
from app.protocol.schema import schema
from app.rooms.rooms import Rooms
from app.text import format_number
from app.web import assets, glossary
from app.web.assets import IMMUTABLE, Asset, make_asset
from app.web.redirects import readable, redirect_for
from app.web.relative import relative, root_of, with_root
from engine import FIELDS, PICTURE_DATASETS
from engine.config import GROUPS

_KEPT_DEPTHS = 16
"""Depths of addresses for which the page about a missing one is kept."""

_PICTURE_LOSSES = ("squared_error", "cross_entropy")
"""The losses that the page about pictures offers; with any other, they count as many classes do."""

LINK_KEYS = {key.slot: key.name for key in KEYS if key.slot in FIELDS}
"""The link key of each field of the config."""


class Page(NamedTuple):
    """What a page is rendered from: its template, the lesson on it, and whether it is about pictures."""

    template: str
    lesson: Lesson | None = None
    has_pictures: bool = False


class _Document(NamedTuple):
    """A rendered page and its ETag."""

    asset: Asset
    etag: str


class Pages:
    """All pages and files, in memory. No request ever reaches the file system."""

    def __init__(self, rooms: Rooms, *, has_classes: bool = True, frame_ancestors: Sequence[str] = ()) -> None:
        self._rooms = rooms
        self._frame_ancestors = frame_ancestors
        digest, self._static = assets.read_static()
        self._static_hash = digest
        if assets.FONT not in self._static:
            LOG.warning("the pages use the system's font, since theirs is not installed; install the playground again")
        self._plotly_bytes = assets.read_plotly()
        self._plotly_hash = hashlib.sha256(self._plotly_bytes).hexdigest()[:16]
        self._plotly_path = f"/vendor/{self._plotly_hash}/plotly.min.js"
        self.styles = assets.inline_styles(self._plotly_bytes)
        """Sources of the style sheets that the page's scripts add."""
        self._plotly: asyncio.Future[Asset] | None = None
        lessons = self.lessons = read_lessons()
        pages = {
            "/": Page("playground.html"),
            "/digits": Page("digits.html", has_pictures=True),
            "/glossary": Page("glossary.html"),
            "/lessons": Page("lessons.html"),
            "/privacy": Page("privacy.html"),
            **{f"/lessons/{lesson.name}": _lesson_page(lesson) for lesson in lessons},
            **(_class_pages(lessons) if has_classes else {}),
        }
        environment = self._environment(lessons)
        environment.globals["has_classes"] = has_classes
        self._documents = {
            path: functools.cache(functools.partial(_document, environment, root_of(path), page))
            for path, page in pages.items()
        }
        """By route, in which a class's code is a parameter: each is rendered at its first request, and kept."""
        self._missing = functools.lru_cache(_KEPT_DEPTHS)(
            lambda root: _document(environment, root, Page("missing.html"))
        )
        """By the root of the missing page."""

    def _environment(self, lessons: Sequence[Lesson]) -> Environment:
        """The templates and their common variables."""
        environment = read_templates()
        static = f"static/{self._static_hash}"
        known = schema(
            limits=self._rooms.limits,
            keys=LINK_KEYS,
            controls=controls_on_page(),
            plotly=self._plotly_path.removeprefix("/"),
            frame_ancestors=self._frame_ancestors,
        )
        environment.globals.update(
            schema=known,
            fields={field["name"]: field for field in known["fields"]},
            picture_losses=_PICTURE_LOSSES,
            lecture=LECTURE,
            lecture_networks=NETWORKS,
            static=static,
            font=f"{static}/{assets.FONT}" if assets.FONT in self._static else None,
            help=_help_texts(),
            controls=CONTROLS,
            picture_datasets=tuple(PICTURE_DATASETS),
            settings=tuple(SETTINGS.values()),
            groups=GROUPS,
            own_goals=OWN_GOALS,
            lessons=lessons,
            titles={lesson.name: lesson.title for lesson in lessons},
            starts=min(lesson.measured_over for lesson in lessons),
        )
        return environment

    def start(self) -> None:
        """Begin to compress Plotly's script in a thread, which takes a while."""
        loop = asyncio.get_running_loop()
        self._plotly = loop.run_in_executor(None, make_asset, "plotly.min.js", self._plotly_bytes)

    def router(self) -> APIRouter:
        """The routes of all pages and files."""
        router = APIRouter(include_in_schema=False)
        endpoints: dict[str, Callable[..., Awaitable[Response]]] = {
            **dict.fromkeys(self._documents, self.document),
            "/static/{digest}/{path:path}": self.static,
            "/vendor/plotly.min.js": self.current_plotly,
            "/vendor/{digest}/plotly.min.js": self.plotly,
        }
        for path, endpoint in endpoints.items():
            router.add_api_route(path, endpoint, methods=["GET", "HEAD"])
        return router

    async def document(self, request: Request) -> Response:
        """A page, which browsers revalidate each time."""
        route = request.scope["route"].path
        path = _received(request)
        if root_of(path) != root_of(route):
            # with an encoded slash in it, the page's own addresses would lead elsewhere
            query = f"?{request.url.query}" if request.url.query else ""
            return _redirect(quote(unquote(path)) + query, path)
        asset, etag = self._documents[route]()
        headers = {"Cache-Control": "no-cache", "ETag": etag}
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        return _respond(request, asset, headers)

    async def missing(self, request: Request, _: Exception) -> Response:
        """The answer to an unknown path: a redirect, if a page of ours was meant, or else a page that says so."""
        path = _received(request)
        is_read = request.method in {"GET", "HEAD"}
        if is_read and (way := redirect_for(path, request.url.query, self._documents)):
            return _redirect(way, path)
        if "text/html" not in request.headers.get("accept", ""):
            return JSONResponse({"detail": "Not Found"}, 404)
        response = _respond(request, self._missing(root_of(path)).asset, {"Cache-Control": "no-cache"})
        response.status_code = 404
        return response

    async def static(self, request: Request, digest: str, path: str) -> Response:
        """A static file."""
        asset = self._static.get(path)
        if asset is None or digest != self._static_hash:
            return PlainTextResponse("not found\n", 404)
        return _respond(request, asset, {"Cache-Control": IMMUTABLE})

    async def plotly(self, request: Request, digest: str) -> Response:
        """Plotly's script."""
        if digest != self._plotly_hash or self._plotly is None:
            return PlainTextResponse("not found\n", 404)
        return _respond(request, await self._plotly, {"Cache-Control": IMMUTABLE})

    async def current_plotly(self, request: Request) -> Response:
        """A redirect to the current Plotly script, for a page of an earlier version."""
        headers = {"Location": relative(self._plotly_path, _received(request)), "Cache-Control": "no-store"}
        return Response(status_code=307, headers=headers)


def _lesson_page(lesson: Lesson) -> Page:
    """The page of a lesson: the playground about pictures or about points, as its experiments are."""
    has_pictures = parse_link(lesson.link).config.has_pictures
    return Page("digits.html" if has_pictures else "playground.html", lesson, has_pictures)


def _class_pages(lessons: Sequence[Lesson]) -> dict[str, Page]:
    """The pages of a class, which are the same for all classes: their scripts read code and secret from the address."""
    roles = {"/class/{code}": "student.html", "/teach": "teacher.html", "/screen": "screen.html"}
    with_lessons = [path for path in roles if path != "/screen"]
    return {
        "/join": Page("join.html"),
        **{path: Page(template) for path, template in roles.items()},
        **{f"{path}/digits": Page(template, has_pictures=True) for path, template in roles.items()},
        **{
            f"{path}/lessons/{lesson.name}": Page(roles[path], lesson, _lesson_page(lesson).has_pictures)
            for path in with_lessons
            for lesson in lessons
        },
    }


def read_templates() -> Environment:
    """The templates, with the variables that need no server."""
    folder = assets.find_folder("templates")
    environment = Environment(
        loader=FunctionLoader(lambda name: (folder / name).read_text("utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(as_text=_as_text, formula=glossary.formula, linked=glossary.linked, with_root=with_root)
    environment.globals["choices"] = glossary.CHOICES
    return environment


def _help_texts() -> dict[str, dict[str, str]]:
    """Label and help of every field of the config and of every other control that has help, by name."""
    fields = {name: {"label": field.label, **field.help._asdict()} for name, field in FIELDS.items()}
    controls = {
        control.name: {"label": control.label, **control.help._asdict()}
        for control in (*CONTROLS.values(), *OTHER_CONTROLS.values())
        if control.help
    }
    return fields | controls


def _as_text(value: object) -> str:
    """A value formatted as in JavaScript, so that template and scripts produce the same text."""
    return format_number(value) if isinstance(value, float) else str(value)


def _received(request: Request) -> str:
    """The path of a request below the root, as it was received: percent-encoded except for characters beyond ASCII."""
    return readable(request.scope.get("raw_path") or request.scope["path"].encode())


def _redirect(target: str, path: str) -> Response:
    """A redirect from a path to a page of this server."""
    return RedirectResponse(relative(target, path), 307, headers={"Cache-Control": "no-cache"})


def _document(environment: Environment, root: str, page: Page) -> _Document:
    template = environment.get_template(page.template)
    html = template.render(lesson=page.lesson, has_pictures=page.has_pictures, root=root)
    asset = make_asset("index.html", html.encode())
    return _Document(asset, f'"{hashlib.sha256(asset.content).hexdigest()[:16]}"')


def _respond(request: Request, asset: Asset, headers: dict[str, str]) -> Response:
    """An asset, compressed for those who can read that."""
    headers = {**headers, "Vary": "Accept-Encoding", "Content-Type": asset.media_type}
    content = asset.content
    if asset.compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        content = asset.compressed
        headers["Content-Encoding"] = "gzip"
    return Response(content, headers=headers)
