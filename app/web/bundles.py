"""What each page loads, joined: its style sheets into one, and its scripts with all their modules into one.

A browser asks for two files instead of two hundred, and that is most of the time until the first picture. Lines stay
lines, without comments that take whole lines, and a source map shows the modules in the browser's tools.
"""

import json
import posixpath
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple


class Page(NamedTuple):
    """What a page is made of."""

    sheets: str
    """Names of style sheets in `css`, in the order in which they count, with spaces between them."""
    script: str | None = None
    """The path of its first module."""


_ARTICLE = "font tokens page controls glossary"
_PLAYGROUND = (
    "font tokens page bar columns controls network output surface goals remarks own dock inside runs compare luck "
    "sweep article lab lesson timeline blocked teacher small projector stacked touch forced-colors"
)
_DIGITS_PAGE = (
    "font tokens page bar columns controls network output goals remarks dock inside runs compare luck "
    "sweep article lab lesson timeline blocked teacher small projector stacked drawing portraits digits touch "
    "forced-colors"
)
_STUDENT = "classroom experiment drawn student"
_TEACHER = "classroom teacherbar joincard ask wall experiment results drawn"
_SCREEN = "classroom joincard wall experiment drawn screen"
PAGES = {
    "playground": Page(_PLAYGROUND, "js/main.js"),
    "digits": Page(_DIGITS_PAGE, "js/digits/main.js"),
    "student": Page(f"{_PLAYGROUND} drawing {_STUDENT}", "js/first/student.js"),
    "teacher": Page(f"{_PLAYGROUND} drawing {_TEACHER}", "js/first/teacher.js"),
    "screen": Page(f"{_PLAYGROUND} drawing {_SCREEN}", "js/first/screen.js"),
    "digits-student": Page(f"{_DIGITS_PAGE} {_STUDENT}", "js/first/digitsStudent.js"),
    "digits-teacher": Page(f"{_DIGITS_PAGE} {_TEACHER}", "js/first/digitsTeacher.js"),
    "digits-screen": Page(f"{_DIGITS_PAGE} {_SCREEN}", "js/first/digitsScreen.js"),
    "join": Page(f"{_ARTICLE} join", "js/classroom/join.js"),
    "lessons": Page(f"{_ARTICLE} lesson", "js/course/main.js"),
    "article": Page(_ARTICLE),
}
"""The pages by the name of their files in `pages`."""

_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:(?:async )?function|class|const) (\w+))", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?:/\*(?:[^*]|\*(?!/))*\*/|//[^\n]*)[ \t]*$", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b", re.MULTILINE)


def join_pages(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The joined files of all pages, by path.

    Args:
        files: All static files, by path.

    Raises:
        ValueError: A module imports or exports in a form that is not known here; names the module and its line.
        KeyError: A file that a page or a module names is missing.
    """
    joined: dict[str, bytes] = {}
    for name, page in PAGES.items():
        sheets = [f"css/{sheet}.css" for sheet in page.sheets.split()]
        joined[f"pages/{name}.css"] = b"\n".join(f"/* {path} */\n".encode() + files[path] for path in sheets)
        if page.script:
            code, source_map = join_modules(files, page.script, f"pages/{name}.js")
            joined[f"pages/{name}.js"] = code
            joined[f"pages/{name}.js.map"] = source_map
    return joined


def join_modules(files: Mapping[str, bytes], entry: str, path: str) -> tuple[bytes, bytes]:
    """A module and all it imports as one script, and its source map.

    Each module becomes a function that is called at once and returns what it exports, after those that it imports.

    Args:
        files: The modules, by path.
        entry: The path of the first one.
        path: The path of the script, of which the map's is `path` and ".map".

    Raises:
        ValueError: An import or export has a form that is not known here, or a module imports itself, if by others.
        KeyError: A module is missing.
    """
    modules = _sorted_modules(files, entry)
    names = {name: f"$module{index}" for index, name in enumerate(modules)}
    lines: list[str] = []
    origins: list[tuple[int, int] | None] = []
    for index, (name, text) in enumerate(modules.items()):
        body = _translated(name, text, names).splitlines()
        lines += [
            f"const {names[name]} = (() => {{ // {name}",
            *body,
            f"return {{ {', '.join(_EXPORT.findall(text))} }}; }})();",
        ]
        origins += [None, *((index, line) for line in range(len(body))), None]
    lines.append(f"//# sourceMappingURL={posixpath.basename(path)}.map")
    sources = [posixpath.relpath(name, posixpath.dirname(path)) for name in modules]
    source_map = {"version": 3, "sources": sources, "names": [], "mappings": _mappings(origins)}
    return "\n".join(lines).encode() + b"\n", json.dumps(source_map).encode()


@lru_cache(maxsize=1024)
def without_comments(text: str) -> str:
    """A module without the comments that take whole lines; the lines remain, empty."""
    return _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)


def _sorted_modules(files: Mapping[str, bytes], entry: str) -> dict[str, str]:
    """The text of a module and of all it imports, each after those that it imports itself; without comments."""
    found: dict[str, str] = {}

    def visit(path: str, way: tuple[str, ...]) -> None:
        if path in way:
            raise ValueError(f"{path} imports itself: {' → '.join((*way, path))}")
        text = without_comments(files[path].decode())
        for imported in _IMPORT.finditer(text):
            other = _target(path, imported)
            if other not in found:
                visit(other, (*way, path))
        found[path] = text

    visit(entry, ())
    return found


def _target(path: str, imported: re.Match[str]) -> str:
    """The path of what a module imports."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), imported[2]))


def _translated(path: str, text: str, names: Mapping[str, str]) -> str:
    """A module as the body of a function, line by line; `names` are the variables of all modules, by path."""

    def taken(imported: re.Match[str]) -> str:
        return f"const {{{imported[1].replace(' as ', ': ')}}} = {names[_target(path, imported)]};"

    body = _EXPORT.sub("", _IMPORT.sub(taken, text))
    if other := _OTHER.search(body):
        line = body.count("\n", 0, other.start()) + 1
        raise ValueError(
            f"{path}, line {line}: only imports of names in braces and exports of declarations can be joined"
        )
    return body


_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def _mappings(origins: list[tuple[int, int] | None]) -> str:
    """The module and line of each line of a script, each relative to the one before, as in a source map (ECMA-426)."""
    before = (0, 0)
    parts = []
    for origin in origins:
        parts.append("" if origin is None else _segment(origin[0] - before[0], origin[1] - before[1]))
        before = origin or before
    return ";".join(parts)


# almost all lines follow on the one before
@lru_cache(maxsize=1024)
def _segment(modules: int, lines: int) -> str:
    """A mapping to the place these numbers of modules and lines after the last one."""
    return "".join(map(_vlq, (0, modules, lines, 0)))


def _vlq(number: int) -> str:
    """A number in base 64 with five bits per digit, the sign in the lowest one."""
    rest = abs(number) << 1 | (number < 0)
    digits = ""
    while True:
        rest, low = rest >> 5, rest & 31
        digits += _DIGITS[low | 32 * (rest > 0)]
        if rest == 0:
            return digits
