"""What the test group `browsers` needs, and what of it is missing here: `python -m tests.browsers.installed`."""

import shutil
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from tests.support.browser import chromium_path

FOLDER = Path(__file__).parent


def firefox() -> str | None:
    """The path of Firefox."""
    return shutil.which("firefox-esr") or shutil.which("firefox")


def mini_browser() -> str | None:
    """The path of the browser that comes with the driver of WebKitGTK."""
    return next((str(path) for path in sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))), None)


def missing() -> list[str]:
    """What is not installed: what drives the browsers, which `make browsers` installs, or else browsers."""
    drivers = {
        "Selenium": find_spec("selenium"),
        "Puppeteer": (FOLDER / "node_modules/puppeteer-core").is_dir(),
    }
    # Chromium is only looked for if it may be needed, since that can download one
    return _absent(drivers) or _absent(
        {
            "Chromium (Debian: chromium-headless-shell)": chromium_path(),
            "Firefox (firefox-esr)": firefox(),
            "WebKit (webkit2gtk-driver)": shutil.which("WebKitWebDriver") and mini_browser(),
            "a screen for it (xvfb)": shutil.which("Xvfb"),
        }
    )


def _absent(needed: Mapping[str, object]) -> list[str]:
    return [name for name, there in needed.items() if not there]


if __name__ == "__main__":
    if absent := missing():
        sys.exit(f"The test group browsers also needs {', '.join(absent)}.")
