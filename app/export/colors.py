"""The colors of the page's themes, and the ramps between them as the page computes them."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Rgb = tuple[int, int, int]
Floats = NDArray[np.float64]


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


def rgb(text: str) -> Rgb:
    """The parts of #rgb or #rrggbb, 0 to 255."""
    digits = text[1:] if len(text) == 7 else "".join(digit * 2 for digit in text[1:])
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def ramp(zero: str, end: str, share: float) -> Rgb:
    """The color at a share, 0 to 1, of the way from that of zero to another."""
    if not _is_dark(zero):
        return _mix(rgb(zero), rgb(end), share)
    if share <= 0 or share >= 1:
        return rgb(end if share > 0 else zero)
    (dark, gray, _), (light, chroma, hue) = _lch(rgb(zero)), _lch(rgb(end))
    lightness = dark + (light - dark) * (1 - (1 - share) ** _LIGHTNESS_AHEAD)
    mixed = gray * (1 - share) + chroma * (1 - (1 - share) ** _CHROMA_AHEAD)
    return _from_lch(lightness, mixed, _dimmed(hue, light - lightness))


def veiled(color: Rgb, theme: Theme) -> Rgb:
    """A color of the map, faded toward the panel behind it."""
    if not _is_dark(theme.panel):
        return _mix(color, rgb(theme.panel), theme.veil)
    lightness, chroma, hue = _lch(color)
    less = theme.veil * (lightness - _lch(rgb(theme.panel))[0])
    return _from_lch(lightness - less, chroma, _dimmed(hue, less))


def _mix(start: Rgb, end: Rgb, share: float) -> Rgb:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(start, end, strict=True))
    return red, green, blue


def _dimmed(hue: float, less: float) -> float:
    """The hue of a color whose lightness is lower by `less`: orange becomes redder, not brown."""
    low, high = _RED_HUES
    return hue - min(_MOST_REDDER, _REDDER * less) if low < hue < high else hue


def _linear(color: Rgb) -> Floats:
    part = np.asarray(color, np.float64) / 255
    return np.asarray(np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4), np.float64)


@cache
def _is_dark(text: str) -> bool:
    return float(_LIGHT @ _linear(rgb(text))) < _DARK


def _lch(color: Rgb) -> tuple[float, float, float]:
    """Lightness, chroma and hue in degrees (OKLab)."""
    lightness, a, b = _TO_LAB @ np.cbrt(_TO_CONES @ _linear(color))
    return float(lightness), float(np.hypot(a, b)), float(np.degrees(np.arctan2(b, a)) % 360)


def _from_lch(lightness: float, chroma: float, hue: float) -> Rgb:
    """The color for a screen, with the largest chroma up to `chroma` that a screen shows."""
    angle = np.radians(hue)

    def linear(share: float) -> Floats:
        lab = np.array([lightness, share * np.cos(angle), share * np.sin(angle)])
        return np.asarray(_FROM_CONES @ (_FROM_LAB @ lab) ** 3, np.float64)

    def is_shown(share: float) -> bool:
        return bool((np.abs(linear(share) - 0.5) < 0.5001).all())

    shown, most = (chroma, chroma) if is_shown(chroma) else (0.0, chroma)
    for _ in range(16):
        middle = (shown + most) / 2
        shown, most = (middle, most) if is_shown(middle) else (shown, middle)
    light = np.clip(linear(shown), 0, 1)
    parts = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    red, green, blue = (round(255 * float(part)) for part in parts)
    return red, green, blue
