"""The colors of the page's themes, and the ramps between them as the page computes them."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

Colors = NDArray[np.uint8]
"""Colors (n, 3): red, green and blue, 0 to 255."""


class Theme(NamedTuple):
    """Colors of the page's style sheet, and how much the map is faded so that the points stand out."""

    neg: str
    zero: str
    pos: str
    panel: str
    bg: str
    ink: str
    soft: str
    classes: tuple[str, ...]
    veil: float


THEMES = {
    "light": Theme(
        *("#f59322", "#e8eaeb", "#0877bd", "#fff", "#f7f8f9", "#1c2733", "#5c6a78"),
        classes=("#f59322", "#0877bd", "#2fb08f", "#a3367c", "#7a5136", "#5b2bb5"),
        veil=0.3,
    ),
    "dark": Theme(
        *("#ff8c2a", "#2b333b", "#38a0f5", "#1a2027", "#12161b", "#e6ebf0", "#9aa7b4"),
        classes=("#ff8c2a", "#38a0f5", "#13cc9a", "#c8358a", "#9f735b", "#864cdd"),
        veil=0.15,
    ),
}

_DARK = 0.18
"""Below this luminance a background is dark. The numbers are those of lib/color.js, which explains them."""
_LIGHTNESS_AHEAD, _CHROMA_AHEAD = 2, 3
_REDDER, _MOST_REDDER, _RED_HUES = 50.0, 10.0, (40.0, 110.0)

_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_CONES, _FROM_LAB = np.linalg.inv(_TO_CONES), np.linalg.inv(_TO_LAB)
_LIGHT = np.array([0.2126, 0.7152, 0.0722])


def rgb(text: str) -> Colors:
    """The color (1, 3) of #rgb or #rrggbb."""
    digits = text[1:] if len(text) == 7 else "".join(digit * 2 for digit in text[1:])
    return np.array([[int(digits[start : start + 2], 16) for start in (0, 2, 4)]], np.uint8)


def ramp(zero: str, end: str, shares: Floats) -> Colors:
    """The colors at shares (n,), 0 to 1, of the way from that of zero to another."""
    if not _is_dark(zero):
        return _mix(rgb(zero), rgb(end), shares[:, None])
    (dark, gray, _), (light, chroma, hue) = _lch(rgb(zero)), _lch(rgb(end))
    lightness = dark + (light - dark) * (1 - (1 - shares) ** _LIGHTNESS_AHEAD)
    mixed = gray * (1 - shares) + chroma * (1 - (1 - shares) ** _CHROMA_AHEAD)
    between = _from_lch(lightness, mixed, _dimmed(hue, light - lightness))
    return np.where(shares[:, None] <= 0, rgb(zero), np.where(shares[:, None] >= 1, rgb(end), between))


def veiled(colors: Colors, theme: Theme) -> Colors:
    """Colors of the map, faded toward the panel behind it."""
    if not _is_dark(theme.panel):
        return _mix(colors, rgb(theme.panel), theme.veil)
    lightness, chroma, hue = _lch(colors)
    less = theme.veil * (lightness - _lch(rgb(theme.panel))[0])
    return _from_lch(lightness - less, chroma, _dimmed(hue, less))


def _mix(start: Colors, end: Colors, share: Floats | float) -> Colors:
    first, last = start.astype(np.float64), end.astype(np.float64)
    return np.rint(first + (last - first) * share).astype(np.uint8)


def _dimmed(hue: Floats, less: Floats) -> Floats:
    """Hues of colors whose lightness is lower by `less`: orange becomes redder, not brown."""
    low, high = _RED_HUES
    return np.where((low < hue) & (hue < high), hue - np.minimum(_MOST_REDDER, _REDDER * less), hue)


def _linear(colors: Colors) -> Floats:
    part = colors / 255
    return np.asarray(np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4), np.float64)


@cache
def _is_dark(text: str) -> bool:
    return float((_linear(rgb(text)) @ _LIGHT).item()) < _DARK


def _lch(colors: Colors) -> tuple[Floats, Floats, Floats]:
    """Lightness, chroma and hue in degrees (OKLab), each (n,)."""
    lightness, a, b = _TO_LAB @ np.cbrt(_TO_CONES @ _linear(colors).T)
    return lightness, np.hypot(a, b), np.degrees(np.arctan2(b, a)) % 360


def _from_lch(lightness: Floats, chroma: Floats, hue: Floats) -> Colors:
    """The colors (n, 3) for a screen, with the largest chromas up to `chroma` that a screen shows."""
    across, along = np.cos(np.radians(hue)), np.sin(np.radians(hue))

    def linear(chromas: Floats) -> Floats:
        lab = np.array([lightness, chromas * across, chromas * along])
        return np.asarray(_FROM_CONES @ (_FROM_LAB @ lab) ** 3, np.float64)

    def are_shown(chromas: Floats) -> NDArray[np.bool_]:
        return np.asarray((np.abs(linear(chromas) - 0.5) < 0.5001).all(axis=0))

    shown, most = np.where(are_shown(chroma), chroma, 0.0), chroma
    for _ in range(16):
        middle = (shown + most) / 2
        is_shown = are_shown(middle)
        shown, most = np.where(is_shown, middle, shown), np.where(is_shown, most, middle)
    light = np.clip(linear(shown), 0, 1)
    parts = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(255 * parts).T, np.uint8)
