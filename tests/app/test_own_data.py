"""The user's own examples in a session: edited while it trains, carried by links and beside them, never lost."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.cli.main import main
from app.link import KEYS, format_link, parse_link
from app.link.values import MAX_OWN_EXAMPLES
from app.protocol.checkpoints import checkpoint_of
from engine import Config
from engine.own_examples import OwnExamples, decode, edited, encode, no_examples
from tests.support.server import ServerThread
from tests.support.session import Stage

EMPTY = "#dataset=own&seed=0.3"
FOUR = [[1, 1, 0, ""], [-1, -1, 0, "test"], [1, -1, 1, "train"], [-1, 1, 1, "validation"]]


def points(count: int) -> OwnExamples:
    """Examples that are exact, and so too many for a link from some hundreds on."""
    chance = np.random.default_rng(count)
    targets = chance.integers(0, 2, count).astype(np.float64)
    return OwnExamples(chance.normal(size=(count, 2)), targets, np.zeros(count, np.uint8))


LARGE = encode(points(800))
WITHOUT = format_link(Config(dataset="own", own_examples=LARGE, seed="0.3"))


def edit(stage: Stage, **fields: Any) -> dict[str, Any]:
    """What is answered to an edit: the config with the data in it, or the error."""
    said = stage.ask("edit_examples", **fields)
    messages = {message["type"]: message for _, message in said}
    return messages.get("error") or {**messages["config"], "data": messages["data"]}


# --- edits --------------------------------------------------------------------------------------------------------


def test_an_edit_keeps_the_network_and_its_epoch() -> None:
    stage = Stage(EMPTY)
    edit(stage, add=FOUR)
    stage.ask("advance", count=3)
    stage.show()
    params = stage.trainer.state().arrays["params"]
    answer = edit(stage, remove=[1], add=[[3, 3, 1, "train"]])
    assert (answer["id"], answer["effect"], stage.trainer.epoch) == (3, "training", 3)
    assert (stage.trainer.state().arrays["params"] == params).all()
    assert sorted(stage.trainer.inputs.tolist()) == [[-1, 1], [1, -1], [1, 1], [3, 3]]


def test_an_edit_does_not_stop_training() -> None:
    stage = Stage(EMPTY)
    stage.ask("play")
    edit(stage, add=FOUR)
    assert stage.session.experiment.pacing.playing


def test_a_further_class_makes_the_network_anew() -> None:
    stage = Stage(EMPTY)
    edit(stage, add=FOUR)
    stage.ask("advance", count=3)
    stage.show()
    answer = edit(stage, add=[[0, 0, 2, "train"]])
    assert (answer["effect"], answer["layers"], stage.trainer.epoch) == ("data", [2, 4, 2, 3], 0)


def test_data_have_own_list_and_indices() -> None:
    data = edit(Stage(EMPTY), add=FOUR)["data"]
    arrays = data["arrays"]
    assert arrays["own_points"].tolist() == [example[:2] for example in FOUR]
    assert (arrays["own_targets"].tolist(), arrays["own_parts"].tolist()) == ([0, 0, 1, 1], [0, 2, 1, 3])
    assert (arrays["points"] == arrays["own_points"][arrays["order"]]).all()
    assert decode(data["examples"]).points.tolist() == arrays["own_points"].tolist()


def test_values_are_edited_in_regression() -> None:
    stage = Stage("#problem=regression&regDataset=reg-own&seed=0.3")
    data = edit(stage, add=[[0, 0, -0.25, "train"], [1, 1, 0.75, "train"]])["data"]
    assert (data["classes"], data["arrays"]["targets"].tolist()) == (0, [-0.25, 0.75])


LINK = format_link(Config(dataset="own", own_examples=encode(edited(no_examples(), [], FOUR)), seed="0.3"))


@pytest.fixture(scope="module")
def wide() -> Iterator[ServerThread]:
    """A server that lets long messages in, so that what is in them is looked at."""
    with ServerThread(message_bytes=2**20) as server:
        yield server


BAD_EDITS: dict[str, dict[str, Any]] = {
    "a place that is not there": {"remove": [4]},
    "a place below 0": {"remove": [-1]},
    "no list": {"add": 1},
    "no example": {"add": [[1, 2]]},
    "a part that does not exist": {"add": [[1, 1, 0, "all"]]},
    "a far place": {"add": [[1e7, 1, 0, ""]]},
    "true for a number": {"add": [[True, 1, 0, ""]]},
    "a seventh class": {"add": [[1, 1, 6, ""]]},
    "half a class": {"add": [[1, 1, 0.5, ""]]},
    "half an edit": {"remove": [0], "add": [[1, 1, 9, ""]]},
    "too many": {"add": [[1, 1, 1, ""]] * 5000},
}


@pytest.mark.parametrize("name", BAD_EDITS)
def test_a_bad_edit_is_refused_and_changes_nothing(name: str, wide: ServerThread) -> None:
    with wide.open(LINK) as page:
        before = page.data["examples"]
        error = page.ask("edit_examples", **BAD_EDITS[name])
        assert (error["type"], bool(error["expected"]), len(error["got"]) <= 64) == ("error", True, True)
        page.ask("edit_examples", add=FOUR[:1])
        assert len(decode(page.answer("data")["examples"])) == len(decode(before)) + 1


def test_only_own_examples_are_edited() -> None:
    error = edit(Stage(), add=FOUR)
    assert (error["code"], error["field"]) == ("unknown_value", "dataset")


def test_own_examples_are_no_setting() -> None:
    stage = Stage(EMPTY)
    (answer,) = (m for _, m in stage.ask("configure", changes={"own_examples": ""}) if m["type"] == "error")
    assert (answer["code"], answer["field"]) == ("unknown_field", "own_examples")


def test_first_example_of_part_starts_new_series() -> None:
    stage = Stage(EMPTY)
    stage.ask("advance", count=2)
    stage.show()
    edit(stage, add=FOUR)
    stage.ask("advance", count=1)
    frame = stage.show()
    assert frame["arrays"]["history_epochs"].tolist() == [2, 3]
    assert np.isfinite(frame["arrays"]["history_train"]).all()


@pytest.mark.parametrize("panel", ["gradients", "activations", "weights", "space", "landscape", "regions", "step"])
def test_nothing_is_seen_inside_without_training_examples(panel: str) -> None:
    stage = Stage(EMPTY)
    stage.ask("inspect", panel=panel)
    assert "inside" not in stage.show()
    edit(stage, add=FOUR)
    assert stage.show()["inside"]["panel"] == panel


# --- links, and what travels beside them --------------------------------------------------------------------------


def test_a_link_carries_what_it_can() -> None:
    code = encode(edited(no_examples(), [], FOUR))
    link = format_link(Config(dataset="own", own_examples=code, seed="0.3"))
    assert parse_link(link).config.own_examples == code
    assert len(LARGE) > MAX_OWN_EXAMPLES
    assert "ownExamples" not in WITHOUT


def test_link_keeps_own_examples_while_others_show() -> None:
    code = encode(points(5))
    assert parse_link(format_link(Config(own_examples=code))).config.own_examples == code


def test_link_warns_about_missing_or_damaged_examples() -> None:
    (warning,) = parse_link(EMPTY).warnings
    assert (warning.code, warning.key) == ("unused", "dataset")
    codes = [item.code for item in parse_link(f"{EMPTY}&ownExamples=1AAAA").warnings]
    assert codes == ["ignored", "unused"]
    assert parse_link(f"{EMPTY}&ownExamples={LARGE}").warnings[0].code == "refused"


def test_a_link_with_six_classes_counts_its_outputs() -> None:
    code = encode(edited(no_examples(6), [], FOUR))
    link = parse_link(f"#dataset=own&networkShape=32,32,32&ownExamples={code}")
    assert link.config.layer_sizes == (2, 32, 32, 32, 6)


def test_large_examples_survive_opening_another_link() -> None:
    stage = Stage(WITHOUT, examples=LARGE)
    assert len(stage.trainer.targets) == 800
    stage.ask("open", link="#dataset=circle")
    stage.ask("open", link=EMPTY)
    assert len(stage.trainer.targets) == 800


@pytest.mark.parametrize("code", ["1AAAA", "x", "1" * 300_000, "1é"])
def test_link_opens_without_invalid_examples(code: str) -> None:
    stage = Stage(EMPTY, examples=code)
    error = next(message for _, message in stage.said if message.get("type") == "error")
    assert (error["code"], error["field"], len(error["got"]) <= 64) == ("bad_examples", "examples", True)
    assert not len(stage.trainer.targets)


def test_run_on_large_examples_resumes_from_checkpoint() -> None:
    stage = Stage(WITHOUT, examples=LARGE)
    stage.ask("advance", count=3)
    stage.show()
    again = Stage(WITHOUT, examples=LARGE, checkpoint=checkpoint_of(stage.frames[-1], WITHOUT))
    assert again.trainer.epoch == 3
    for trainer in (stage.trainer, again.trainer):
        trainer.run_epoch()
    assert stage.trainer.train_loss == again.trainer.train_loss


def test_run_resumes_after_unseen_edit() -> None:
    stage = Stage(format_link(Config(dataset="own", own_examples=encode(points(70)), seed="0.3")))
    stage.ask("advance", count=2)
    stage.show()
    stage.ask("advance", unit="minibatch", count=3)
    seen = stage.show()
    assert seen["checkpoint"]["carried"] > 0
    link = format_link(Config(dataset="own", own_examples=encode(points(9)), seed="0.3"))
    again = Stage(link, checkpoint=checkpoint_of(stage.frames[-1], link))
    assert (again.trainer.epoch, again.trainer.batch) == (2, 0)
    assert (again.trainer.state().arrays["params"] == seen["arrays"]["params"]).all()


# --- real servers -------------------------------------------------------------------------------------------------


def test_command_line_trains_on_own_examples(capsys: pytest.CaptureFixture[str]) -> None:
    code = encode(edited(no_examples(), [], FOUR))
    assert main(["train", f"#dataset=own&ownExamples={code}", "--epochs", "2", "--json"]) == 0
    first, *_ = capsys.readouterr().out.splitlines()
    assert json.loads(first)["train_loss"] > 0
    assert main(["train", EMPTY, "--epochs", "2"]) == 0
    assert "–" in capsys.readouterr().out


def test_the_page_knows_the_key_that_carries_examples() -> None:
    script = (Path(__file__).parents[2] / "static/js/data/examples.js").read_text("utf-8")
    (key,) = re.findall(r'^export const EXAMPLES_KEY = "(\w+)";$', script, re.MULTILINE)
    assert [item.slot for item in KEYS if item.name == key] == ["own_examples"]
