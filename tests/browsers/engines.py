"""Three browsers behind one small interface."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from tests.browsers.installed import FOLDER, firefox, mini_browser
from tests.node import environment, node
from tests.support.browser import ARGUMENTS, chromium_path

WIDTH, HEIGHT = 1440, 900


class Engine(Protocol):
    """A browser with one page."""

    version: str

    def open(self, address: str) -> None:
        """Load an address."""

    def run(self, script: str) -> Any:
        """The value of an expression in the page, once it is there if it is a promise."""

    def press(self, x: float, y: float) -> None:
        """Click at a place of the window, in CSS pixels."""

    def complaints(self) -> list[str]:
        """Errors of the page, and errors and warnings on its console."""


class _Puppeteer:
    """Chromium over its own protocol, or Firefox over WebDriver BiDi."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.version: str = self._answer()

    def open(self, address: str) -> None:
        self._ask("open", address)

    def run(self, script: str) -> Any:
        return self._ask("run", script)

    def press(self, x: float, y: float) -> None:
        self._ask("press", [x, y])

    def complaints(self) -> list[str]:
        complaints: list[str] = self._ask("complaints")
        return complaints

    def _ask(self, verb: str, value: object = None) -> Any:
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"verb": verb, "value": value}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "the browser has ended; its last words are above"
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer["value"]


@contextmanager
def _puppeteer(browser: str, path: str | None, *arguments: str) -> Iterator[Engine]:
    command = [node(), str(FOLDER / "puppeteer.mjs"), browser, str(path), str(WIDTH), str(HEIGHT), *arguments]
    process = subprocess.Popen(
        command, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=FOLDER
    )
    with process:
        try:
            yield _Puppeteer(process)
        finally:
            # the script ends with its input, and closes the browser
            assert process.stdin
            process.stdin.close()
            process.wait(30)


@contextmanager
def chromium() -> Iterator[Engine]:
    """Chromium."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with _puppeteer("chrome", chromium_path(), *ARGUMENTS, *(["--no-sandbox"] if root else [])) as engine:
        yield engine


@contextmanager
def gecko() -> Iterator[Engine]:
    """Firefox."""
    with _puppeteer("firefox", firefox()) as engine:
        yield engine


LISTEN = """(() => {
  if (globalThis.complaints || document.URL !== ADDRESS) return Boolean(globalThis.complaints);
  globalThis.complaints = [];
  const note = (text) => complaints.push(String(text));
  for (const kind of ["error", "warn"]) console[kind] = (...values) => note(values.join(" "));
  addEventListener("error", ({ message, target }) => note(message ?? `cannot load ${target.src ?? target.href}`), true);
  addEventListener("unhandledrejection", ({ reason }) => note(reason));
  addEventListener("securitypolicyviolation", ({ blockedURI }) => note(`blocked: ${blockedURI}`));
  return true;
})()"""


class _WebKit:
    """WebKitGTK's small browser, over WebDriver, which tells nothing of the console: the page has to note it."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver
        self.version = f"WebKitGTK/{driver.capabilities['browserVersion']}"

    def open(self, address: str) -> None:
        self._driver.get(address)
        # its strategy is not to wait, so that the page is heard before its scripts run
        end = time.monotonic() + 30
        while not self.run(LISTEN.replace("ADDRESS", json.dumps(address))):
            assert time.monotonic() < end, f"{address} was not opened"
        while self.run("document.readyState") != "complete":
            assert time.monotonic() < end, f"{address} was not loaded"
            time.sleep(0.05)

    def run(self, script: str) -> Any:
        answer = self._driver.execute_async_script(
            f"""const done = arguments[0];
            const fail = (error) => done({{ error: String(error) }});
            Promise.resolve({script}).then((value) => done({{ value }}), fail);"""
        )
        assert "error" not in answer, answer["error"]
        return answer.get("value")

    def press(self, x: float, y: float) -> None:
        from selenium.webdriver.common.actions.action_builder import ActionBuilder

        actions = ActionBuilder(self._driver)
        actions.pointer_action.move_to_location(round(x), round(y)).click()
        actions.perform()

    def complaints(self) -> list[str]:
        complaints: list[str] = self.run("globalThis.complaints")
        return complaints


@contextmanager
def webkit() -> Iterator[Engine]:
    """WebKit, in a window on a screen that nobody sees."""
    from selenium import webdriver
    from selenium.webdriver.webkitgtk.options import Options
    from selenium.webdriver.webkitgtk.service import Service

    options = Options()
    options.binary_location = mini_browser()
    options.add_argument("--automation")
    options.page_load_strategy = "none"
    with _screen() as display:
        # without a graphics card, compositing takes longer than painting everything
        variables = {**os.environ, "DISPLAY": display, "WEBKIT_DISABLE_COMPOSITING_MODE": "1"}
        service = Service(shutil.which("WebKitWebDriver"), env=variables)
        driver = webdriver.WebKitGTK(options=options, service=service)
        try:
            driver.set_window_size(WIDTH, HEIGHT)
            yield _WebKit(driver)
        finally:
            driver.quit()


@contextmanager
def _screen() -> Iterator[str]:
    """A screen of its own; its name, as in DISPLAY."""
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1600x1200x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL) as server, os.fdopen(reader) as told:
        os.close(writer)
        try:
            yield f":{told.readline().strip()}"
        finally:
            server.terminate()


ENGINES: dict[str, Callable[[], Any]] = {"chromium": chromium, "firefox": gecko, "webkit": webkit}
"""The browsers by name, each a context manager."""
