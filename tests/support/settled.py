"""Input that returns once the page has reacted to it.

Chromium reports a click as done when its handlers have run. What they start comes later: drawing with the next frame,
and events such as the `close` of a dialog in a task of their own. A test that reads the page in between may see what
was there before.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator, Page

_ON_LOCATORS = (
    "check",
    "clear",
    "click",
    "dblclick",
    "fill",
    "press",
    "select_option",
    "set_checked",
    "tap",
    "uncheck",
)

_SETTLED = """() => new Promise((done) => {
  requestAnimationFrame(() => setTimeout(done));
  setTimeout(done, 1000);  // a page that is hidden has no frames
})"""

_LEFT = ("Execution context was destroyed", "Target page, context or browser has been closed")
"""What Playwright says of a page that is being left."""


def settle(page: Page) -> None:
    """Wait until the page has drawn its next frame, and has done what was waiting before that."""
    try:
        page.evaluate(_SETTLED)
    except PlaywrightError as error:
        if not any(words in error.message for words in _LEFT):
            raise


def settle_after_input() -> None:
    """Let all locators settle their page after each input."""
    for name in _ON_LOCATORS:
        setattr(Locator, name, _settling(getattr(Locator, name), lambda locator, *_: locator.page))


def settle_page_after_input(page: Page) -> None:
    """Let the keyboard, mouse, finger and window of a page settle it after each input."""
    inputs: tuple[tuple[object, tuple[str, ...]], ...] = (
        (page, ("emulate_media", "set_viewport_size")),
        (page.keyboard, ("press", "type")),
        (page.mouse, ("click", "up", "wheel")),
        (page.touchscreen, ("tap",)),
    )
    for owner, names in inputs:
        for name in names:
            setattr(owner, name, _settling(getattr(owner, name), lambda *_: page))


def _settling(act: Callable[..., Any], page_of: Callable[..., Page]) -> Callable[..., Any]:
    @wraps(act)
    def settled(*arguments: Any, **options: Any) -> Any:
        result = act(*arguments, **options)
        settle(page_of(*arguments))
        return result

    return settled
