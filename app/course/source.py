"""A lesson's file while it is read: its links, and the lines that mistakes are on."""

from typing import NamedTuple

from markdown_it.token import Token

from app.course.front import LessonError, Outcome
from app.link import format_link, parse_link


class Links(NamedTuple):
    """The links of a file, which list only what differs from a `base` link."""

    file: str
    base: str

    def completed(self, link: str) -> str:
        """A link, completed with everything it leaves to the base."""
        pairs = [piece.partition("=") for text in (self.base, link) for piece in text.removeprefix("#").split("&")]
        return "#" + "&".join(f"{key}={value}" for key, value in {key: value for key, _, value in pairs if key}.items())

    def canonical(self, link: str, field: str, line: int = 0) -> str:
        """The canonical form of a link. Raises `LessonError`, naming `field`, if the link is invalid."""
        if not link.startswith("#"):
            raise LessonError(self.file, field, link, "a link that begins with #", line)
        config, view, warnings = parse_link(self.completed(link))
        if warnings:
            raise LessonError(self.file, field, link, f"a valid link ({warnings[0].message})", line)
        return format_link(config, view)


class Text(NamedTuple):
    """The text of a lesson after its front matter, which begins at the line `first_line` of the file."""

    links: Links
    first_line: int
    outcomes: dict[str, Outcome]

    def line_of(self, token: Token) -> int:
        """The line of the file on which a block begins, 0 if Markdown does not say."""
        return self.first_line + token.map[0] if token.map else 0

    def error(self, token: Token, field: str, got: object, expected: str) -> LessonError:
        """A mistake in a block of the text."""
        return LessonError(self.links.file, field, got, expected, self.line_of(token))


def same_experiment(one: str, other: str) -> bool:
    """Whether two canonical links open the same experiment, however the page shows it."""
    return parse_link(one).config == parse_link(other).config
