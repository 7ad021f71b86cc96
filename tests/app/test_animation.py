"""A run as an animated picture: a GIF that shows what the page shows."""

import io
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from app.export.animation import Animation, chosen
from app.export.canvas import MAP, WIDTH, palette
from app.export.colors import THEMES
from app.export.gif import GifWriter
from app.export.look import Look
from app.protocol.containers import decode_container
from app.protocol.envelopes import MessageKind
from app.protocol.frames import encode_animation
from engine import Config, StateHandle, Trainer
from tests.node import node
from tests.support.session import Stage

ROOT = Path(__file__).parents[2]
HEIGHT = 332


def handles_of(config: Config, epochs: int) -> list[StateHandle]:
    trainer = Trainer(config)
    found = []
    for _ in range(epochs):
        trainer.run_epoch()
        found.append(trainer.handle())
    return [handle for handle in found if handle]


def file_of(config: Config, epochs: int, **look: Any) -> bytes:
    """The animation of the first epochs of a run."""
    animation = Animation(config, handles_of(config, epochs), Look(**look))
    while not animation.is_done:
        animation.step()
    return animation.file()


def drawn(config: Config, epochs: int = 3, **look: Any) -> list[NDArray[np.uint8]]:
    """The pictures of the first epochs of a run, as red, green and blue."""
    with Image.open(io.BytesIO(file_of(config, epochs, **look))) as image:
        return [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(image)]


@pytest.mark.parametrize(
    "config",
    [
        Config(),
        Config(problem="regression", noise=20.0),
        Config(dataset="spiral3", hidden_layer_sizes=(6, 6), optimizer="adam", batch_norm=True),
        Config(problem="regression", regression_dataset="reg-sine"),
        Config(dataset="uci", train_count=100, hidden_layer_sizes=(5, 3)),
    ],
    ids=["two classes", "values", "classes", "one dimension", "digits"],
)
@pytest.mark.parametrize("theme", THEMES)
def test_every_output_is_drawn_in_every_theme(config: Config, theme: str) -> None:
    pictures = drawn(config, theme=theme, show_test_data=True)
    assert len(pictures) == 3
    assert all(picture.shape == (HEIGHT, WIDTH, 3) for picture in pictures)
    assert (pictures[0] != pictures[-1]).any()


def test_unchanged_pixels_stay_visible() -> None:
    config = Config(learning_rate=1e-9)
    first, *_, last = drawn(config, 4)
    assert (first[:MAP] == last[:MAP]).mean() > 0.99


def test_gif_loops_and_rests_on_its_last_picture() -> None:
    with Image.open(io.BytesIO(file_of(Config(), 3))) as image:
        assert image.info["loop"] == 0
        durations = [frame.info["duration"] for frame in ImageSequence.Iterator(image)]
    assert durations == [80, 80, 2400]


def test_map_has_color_of_predicted_class() -> None:
    config = Config(dataset="gauss", hidden_layer_sizes=())
    picture = drawn(config, 20, discretize=True)[-1].astype(int)
    trainer = Trainer(config)
    for _ in range(20):
        trainer.run_epoch()
    for row, column, corner in ((2, 2, (-6, 6)), (MAP - 3, MAP - 3, (6, -6))):
        is_blue = trainer.outputs(np.array([corner], float)).item() >= 0
        assert (picture[row, column, 2] > picture[row, column, 0]) == is_blue


@pytest.mark.parametrize("changes", [False, True])
@pytest.mark.parametrize("hidden", [(5, 2), ()], ids=["hidden layers", "outputs alone"])
def test_neurons_show_signs_of_their_weights(hidden: tuple[int, ...], changes: bool) -> None:
    config = Config(dataset="uci", train_count=100, hidden_layer_sizes=hidden)
    (picture,) = drawn(config, 1, show_changes=changes)
    trainer = Trainer(config)
    trainer.run_epoch()
    shown = trainer.picture_snapshot(changes=changes).pictures
    # 5 and 2 neurons are in three rows of three, and ten outputs in three rows of four
    size, top = (100, 0) if hidden else (75, 38)
    rows = [0, 0, 0, 1, 1, 2, 2] if hidden else [0, 0, 0, 0, 1, 1, 1, 1, 2, 2]
    starts = [0, 1, 2, 0, 1, 0, 1] if hidden else [*range(4), *range(4), 0, 1]
    for pixels, row, column in zip(shown, rows, starts, strict=False):
        y, x = np.unravel_index(np.abs(pixels.astype(int) - 128).argmax(), pixels.shape)
        at = top + row * size + int((y + 0.5) * (size - 2) / 8), column * size + int((x + 0.5) * (size - 2) / 8)
        red, _, blue = picture[at].astype(int)
        assert (blue > red) == (pixels[y, x] > 128)


def test_colors_match_style_sheet() -> None:
    css = (ROOT / "static/css/tokens.css").read_text("utf-8")
    light, dark = css.split(':root[data-theme="dark"]')[:2]
    for name, part in (("light", light), ("dark", dark.split("}")[0])):
        tokens = dict(re.findall(r"--([\w-]+): ([#\w.]+);", light)) | dict(re.findall(r"--([\w-]+): ([#\w.]+);", part))
        theme = THEMES[name]
        others = [tokens[f"class-{number}"] for number in range(3, 7)]
        assert list(theme.classes) == [tokens["neg"], tokens["pos"], *others]
        assert theme.veil == float(tokens["veil"])
        assert {token: tokens[token] for token in theme._fields[:7]} == dict(
            zip(theme._fields, theme[:7], strict=False)
        )


COMPUTED = """
import { createRamp, veil } from "STATIC/js/lib/color.js";
const [tokens] = process.argv.slice(1).map(JSON.parse);
const ramp = createRamp(tokens);
console.log(JSON.stringify([ramp, veil(ramp, tokens.panel, tokens.veil)].map((colors) => [...colors])));
"""
"""Prints the ramps of a theme as the page computes them: the pixels of 256 values."""


def parts(pixels: list[int]) -> NDArray[np.int_]:
    """The red, green and blue of a canvas's pixels."""
    return np.array([[pixel >> shift & 255 for shift in (0, 8, 16)] for pixel in pixels])


@pytest.mark.parametrize("name", THEMES)
def test_ramps_match_page(name: str) -> None:
    theme = THEMES[name]
    script = COMPUTED.replace("STATIC", (ROOT / "static").as_uri())
    arguments = [node(), "--input-type=module", "-e", script, json.dumps(theme._asdict())]
    printed = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout
    plain, faded = (parts(pixels) for pixels in json.loads(printed))
    colors = np.frombuffer(palette(name, 2), np.uint8).reshape(-1, 3).astype(int)
    for start, count, expected in ((0, 192, faded), (192, 32, plain)):
        nearest = np.rint(np.linspace(0, 255, count)).astype(int)
        assert np.abs(colors[start : start + count] - expected[nearest]).max() <= 3


def test_chosen_epochs_include_both_ends() -> None:
    epochs = [*range(0, 5000, 7), *range(5000, 5201)]
    few = chosen(epochs, 60)
    assert (few[0], few[-1]) == (0, 5200)
    assert len(few) <= 60
    assert few == sorted(set(few))
    assert few[1] - few[0] < few[-1] - few[-2]
    assert chosen([0, 3], 60) == [0, 3]


def test_session_draws_in_turns_while_training() -> None:
    stage = Stage()
    stage.ask("advance", count=5)
    stage.run(1.0)
    stage.ask("play")
    assert stage.ask("animate", on=True, frames=4)[-1][1] == {"type": "animating", "share": 0.0, "id": 3}
    stage.run(1.0)
    shares = [message["share"] for _, message in stage.said if message.get("type") == "animating"]
    kind, file = next(item for item in stage.said if item[1].get("type") == "animation")
    assert (shares, kind, file["mime"]) == ([0.0, 0.25, 0.5, 0.75], MessageKind.FILE, "image/gif")
    assert bytes(file["arrays"]["file"][:6]) == b"GIF89a"
    assert stage.trainer.epoch > 5


def test_each_picture_takes_four_steps() -> None:
    config = Config(seed="0.5")
    animation = Animation(config, handles_of(config, 3), Look())
    steps, shares = 0, []
    while not animation.is_done:
        animation.step()
        steps += 1
        shares.append(round(3 * animation.share))
    # four that prepare for all: colors, a font, a network, and the examples; and one that ends the file
    assert shares == [0] * 4 + [0] * 4 + [0, 0, 0, 1] + [1, 1, 1, 2] + [3]
    animation.step()
    assert animation.is_done


@pytest.mark.parametrize("order", ["a", "ab", "aab", "abba", "abcacccbb", "aaa"])
def test_gif_has_bytes_that_pillow_writes_at_once(order: str) -> None:
    numbers = np.random.default_rng(3)
    pictures = {}
    for name in sorted(set(order)):
        pictures[name] = Image.fromarray(numbers.integers(0, 256, (HEIGHT, WIDTH), np.uint8))
        pictures[name].putpalette(palette("dark", 2))
    # only a part differs
    pictures["c"] = pictures["a"].copy()
    pictures["c"].paste(7, (20, 30, 50, 90))
    durations = [80 + 10 * number for number in range(len(order))]
    expected, gif = io.BytesIO(), GifWriter()
    first, *others = (pictures[name] for name in order)
    first.save(expected, "GIF", save_all=True, append_images=others, duration=durations, loop=0, optimize=False)
    for name, duration in zip(order, durations, strict=True):
        gif.add(pictures[name], duration)
    assert gif.finished() == expected.getvalue()


def test_drawing_ends_on_request_or_reload() -> None:
    stage = Stage()
    stage.ask("animate", on=True)
    assert stage.ask("animate", on=False)[-1][1]["share"] is None
    stage.ask("advance", count=3)
    stage.run(1.0)
    stage.ask("animate", on=True)
    stage.session.greet()
    stage.run(1.0)
    assert not [message for _, message in stage.said if message.get("type") == "animation"]


def test_animation_does_not_change_run() -> None:
    plain, filmed = Stage("#seed=0.7&dropout=0.2&shuffle=true"), Stage("#seed=0.7&dropout=0.2&shuffle=true")
    for stage in (plain, filmed):
        stage.ask("advance", count=3)
        stage.run(1.0)
    filmed.ask("animate", on=True)
    filmed.run(1.0)
    for stage in (plain, filmed):
        stage.ask("advance", count=3)
        stage.run(1.0)
    np.testing.assert_array_equal(plain.show()["arrays"]["params"], filmed.show()["arrays"]["params"])


def test_animation_container_is_readable() -> None:
    message, arrays = decode_container(encode_animation("run.gif", b"GIF89a"))
    assert (message["type"], arrays["file"].tobytes()) == ("animation", b"GIF89a")
