"""Locks: what a link has locked cannot be changed in any way."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.link import CONTROLS, parse_link
from app.link.controls import controls_on_page
from app.protocol.commands import COMMANDS, VIEW_FIELDS
from engine import FEATURES, FIELDS
from tests.support.client import Client, Message
from tests.support.server import ServerThread

LINK = "#dataset=xor&networkShape=4,2&seed=0.3&activation=relu&learningRate=0.1&showTestData=true"
NOW = parse_link(LINK)

FREE = {"hello", "configure", "set_view", "compose", "open", "pause", "select", "export", "ack", "visible", "ping"} | {
    "cancel_starts",
    "estimate_starts",
    "read",
}
"""Commands that no control covers: they change nothing lockable, or are checked value by value."""

UNLOCKED_VIEW = {"hide_text", "hidden", "locked"}
"""Fields that `set_view` may change and no control covers."""

ARGUMENTS: dict[str, dict[str, Any]] = {
    "set_speed": {"speed": "minibatch"},
    "set_parameter": {"index": 0, "value": 1},
    "inspect": {"panel": "weights"},
    "edit_examples": {"add": [[0, 0, 1, ""]]},
    "run_until": {"until": "epochs", "epochs": 1},
    "seek": {"epoch": 0},
    "swap": {"variant": 0},
    "animate": {"on": True},
    "try_starts": {"count": 2, "epochs": 1},
}
"""The fields that commands need."""

LISTS: dict[str, list[Any]] = {
    "seed": ["0.9"],
    "weight_seed": ["other"],
    "weight_offset": [5],
    "layer_activations": [["elu"]],
    "layer_dropout": [[0.3]],
    "features": [["x"], ["y"], *(["x", "y", name] for name in FEATURES if name not in "xy")],
    "hidden_layer_sizes": [[4], [4, 2, 2], [3, 2], [4, 3], *([4, 2, *[2] * more] for more in range(1, 5))],
}
"""Other values of fields without choices."""

VIEWS: dict[str, Any] = {
    "show_test_data": False,
    "discretize": True,
    "show_bias_units": True,
    "show_changes": True,
    "words": True,
    "sound": True,
    "compare": [{"activation": "tanh"}],
    "sweep": "noise:0|10",
}


def others(control: str) -> list[dict[str, Any]]:
    """Changes of the config that the lock of a control must refuse."""
    cover = CONTROLS[control]
    changes = [
        {name: value}
        for name in cover.fields
        if name != "own_examples"
        for value in LISTS.get(name) or FIELDS[name].choices or FIELDS[name].offered or [True]
    ]
    return [change for change in changes if cover.held(NOW.config.replace(**change)) != cover.held(NOW.config)]


@pytest.fixture(scope="module")
def server() -> Iterator[ServerThread]:
    with ServerThread() as running:
        yield running


def locked(server: ServerThread, *names: str, link: str = LINK) -> Client:
    """A page whose link locks some controls."""
    return server.open(link + "".join(f"&{name}_lock=true" for name in names))


def refused(answer: Message) -> bool:
    """Whether an answer is a refusal because of a lock."""
    return (answer["type"], answer.get("code")) == ("error", "locked")


def test_every_control_has_a_place_on_page() -> None:
    assert {control.name for control in controls_on_page()} == set(CONTROLS) - {"cosX", "cosY"}


def test_every_field_and_command_is_covered_or_free() -> None:
    covers = CONTROLS.values()
    assert {name for cover in covers for name in cover.fields} == set(FIELDS)
    assert {name for cover in covers for name in cover.commands} == set(COMMANDS) - FREE
    assert {name for cover in covers for name in cover.view} - {"goals"} == set(VIEW_FIELDS) - UNLOCKED_VIEW


@pytest.mark.parametrize("control", [name for name in CONTROLS if CONTROLS[name].fields != ("own_examples",)])
def test_configure_refuses_locked_values(server: ServerThread, control: str) -> None:
    changes = others(control)
    assert changes or not CONTROLS[control].fields
    with locked(server, control) as page:
        before = page.config["config"]
        answers = [page.ask("configure", changes=change) for change in changes]
        assert all(refused(answer) for answer in answers)
        assert [answer["field"] for answer in answers] == [name for change in changes for name in change]
        page.ask("configure", changes={})
        assert page.config["config"] == before


COMMANDS_BY_CONTROL = [(control, command) for control, cover in CONTROLS.items() for command in cover.commands]


@pytest.mark.parametrize(("control", "command"), COMMANDS_BY_CONTROL)
def test_locked_commands_are_refused_by_control_name(server: ServerThread, control: str, command: str) -> None:
    with locked(server, control) as page:
        params = page.params.copy()
        answer = page.ask(command, **ARGUMENTS.get(command, {}))
        assert (refused(answer), answer["field"]) == (True, control)
        page.ask("select", unit=None)
        page.until_frame()
        assert page.params.tolist() == params.tolist()


@pytest.mark.parametrize("control", [name for name, cover in CONTROLS.items() if cover.view])
def test_set_view_refuses_locked_values(server: ServerThread, control: str) -> None:
    with locked(server, control) as page:
        for name in set(CONTROLS[control].view) & set(VIEW_FIELDS):
            answer = page.ask("set_view", changes={name: VIEWS.get(name, 3)})
            assert (refused(answer), answer["field"]) == (True, name)


def test_unlocked_values_still_change(server: ServerThread) -> None:
    with locked(server, "activation", "noise", "numNodes1", "x") as page:
        changes = {"learning_rate": 0.3, "activation": "relu", "hidden_layer_sizes": [4, 3, 1], "features": ["x"]}
        assert page.ask("configure", changes=changes)["type"] == "config"
        assert page.config["config"]["hidden_layer_sizes"] == [4, 3, 1]


def test_locked_panel_can_be_closed(server: ServerThread) -> None:
    with locked(server, "lookInside") as page:
        assert page.ask("inspect", panel=None)["type"] == "status"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"locked": []}, "locked"),
        ({"locked": ["noise"]}, "locked"),
        ({"hidden": []}, "hidden"),
        ({"hidden": ["noise", "x"]}, "hidden"),
    ],
)
def test_set_view_neither_unlocks_nor_reveals_locked(server: ServerThread, changes: dict[str, Any], field: str) -> None:
    with locked(server, "noise", "x", link=f"{LINK}&noise_hide=true") as page:
        answer = page.ask("set_view", changes=changes)
        assert (refused(answer), answer["field"]) == (True, field)
        assert page.config["view"]["locked"] == ["noise", "x"]


def test_set_view_can_add_locks(server: ServerThread) -> None:
    with locked(server, "noise") as page:
        assert "dataset_lock=true" in page.ask("set_view", changes={"locked": ["noise", "dataset"]})["link"]
        assert refused(page.ask("configure", changes={"dataset": "gauss"}))
        assert page.ask("set_view", changes={"locked": ["noise", "dataset", "eval"]})["code"] == "unknown_value"


EDITED = "#dataset=gauss&networkShape=8,8,8&x=false&xSquared=true&activation=tanh&noise=20&learningRate=3&seed=0.9"


def test_opened_link_keeps_locked_values(server: ServerThread) -> None:
    with locked(server, "activation", "numNodes1", "numNodes3", "x", "seeds", "showTestData") as page:
        page.say("open", link=EDITED)
        told = page.answer("warnings")["warnings"]
        page.until_frame()
        now, kept = page.config["config"], NOW.config
        assert (now["activation"], now["seed"], now["hidden_layer_sizes"]) == ("relu", "0.3", [4, 8])
        assert (now["features"], now["dataset"]) == (["x", "y", "xSquared"], "gauss")
        assert page.config["view"]["locked"] == ["showTestData", "activation", "x", "numNodes1", "numNodes3", "seeds"]
        assert (page.config["view"]["show_test_data"], kept.learning_rate) == (True, 0.1)
        assert {warning["key"] for warning in told} == set(page.config["view"]["locked"])


@pytest.mark.parametrize(
    ("names", "asked", "shape"),
    [
        (("numHiddenLayers",), "8", [8, 2]),
        (("numHiddenLayers",), "8,7,6", [8, 7]),
        (("numNodes2",), "8", [8, 2]),
        (("numNodes2",), "", [4, 2]),
        (("numNodes3",), "8,7,6", [8, 7]),
        (("numNodes1", "numHiddenLayers"), "", [4, 2]),
    ],
)
def test_opened_link_keeps_locked_layers(
    server: ServerThread, names: tuple[str, ...], asked: str, shape: list[int]
) -> None:
    with locked(server, *names) as page:
        assert page.ask("open", link=f"#networkShape={asked}&seed=1")["config"]["hidden_layer_sizes"] == shape


def test_opened_link_only_adds_locks(server: ServerThread) -> None:
    with locked(server, "noise", link=f"{LINK}&noise_hide=true&problem_hide=true") as page:
        view = page.ask("open", link="#seed=1&problem_lock=true&noise_lock=false")["view"]
        assert (view["locked"], view["hidden"]) == (["problem", "noise"], ["noise"])
        assert page.ask("open", link="#seed=1")["view"]["locked"] == ["problem", "noise"]


def test_locked_seeds_survive_data_and_network_changes(server: ServerThread) -> None:
    with locked(server, "seeds") as page:
        for changes in ({"noise": 20}, {"hidden_layer_sizes": [5]}, {"problem": "regression"}):
            now = page.ask("configure", changes=changes)["config"]
            assert (now["seed"], now["weight_seed"], now["weight_offset"]) == ("0.3", "", 0)
        assert page.ask("set_view", changes={"hidden": ["x"]})["config"]["weight_offset"] == 0


def test_locked_regenerate_keeps_data_seed_only(server: ServerThread) -> None:
    with locked(server, "regenerate") as page:
        assert page.ask("configure", changes={"noise": 20})["config"]["seed"] == "0.3"
        assert page.ask("reset")["config"]["weight_offset"] > 0


def test_new_page_starts_with_its_link(server: ServerThread) -> None:
    with locked(server, "noise") as page, locked(server) as another:
        assert page.config["view"]["locked"] == ["noise"]
        assert another.ask("configure", changes={"noise": 20})["type"] == "config"


def test_locks_survive_reconnecting(server: ServerThread) -> None:
    with locked(server, "noise") as page:
        session, link = page.welcome["session"], page.config["link"]
    with server.open(link, session=session) as again:
        assert again.welcome["resumed"] == "session"
        assert refused(again.ask("configure", changes={"noise": 20}))


def test_compose_changes_nothing(server: ServerThread) -> None:
    with locked(server, "noise") as page:
        before = page.config
        answer = page.ask("compose", changes={"locked": ["problem"], "hidden": ["y"], "hide_text": True})
        made = parse_link(answer["link"])
        assert (answer["type"], page.config) == ("composed", before)
        assert (made.view.locked, made.view.hidden, made.view.hide_text) == (("problem",), ("y",), True)
        assert (made.config.features, made.config.seed) == (("x",), "0.3")
        assert page.ask("compose", changes={"locked": ["eval"]})["field"] == "locked"
