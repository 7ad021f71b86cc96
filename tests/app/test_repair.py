"""Repair of links that came through mail, slides, chats and word processors."""

import base64
import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.link import format_link, parse_link, without_hidden
from app.link.parse import MAX_LENGTH
from app.link.repair import REPAIRS, repaired
from engine import Config
from tests.app.test_link import CANONICAL, CONFIGS, COURSE_LINKS, VIEWS
from tests.support.effort import many

GOLDEN = Path(__file__).parents[1] / "golden"
many_inputs = many(sample=40, everything=300)
CLASSIC: list[str] = [run["hash"] for run in json.loads((GOLDEN / "classic_runs.json").read_text("utf-8"))]
HOST = "https://playground.tensorflow.org/"
MEANT = (
    "#activation=relu&regularization=L2&batchSize=12&dataset=spiral&regDataset=reg-gauss&learningRate=0.003"
    "&regularizationRate=0.1&noise=25&networkShape=8,4,12&seed=0.48429&showTestData=true&discretize=false"
    "&percTrainData=70&x=true&y=false&sinX=true&problem=classification&initZero=false&hideText=true&noise_hide=true"
)

Damage = Callable[[str, int], str]
"""Damages a link; a number says where, if that makes a difference."""


def at_value(text: str, index: int, change: Callable[[str, int], str]) -> str:
    """A link with one of its values changed, if there is one."""
    values = [item for item in re.finditer(r"(?<=[a-zA-Z])=([^&=#\s<>]+)", text) if "encodedSeed" not in item[0]]
    if not values:
        return text
    value = values[index % len(values)]
    return text[: value.start(1)] + change(value[1], index) + text[value.end(1) :]


def put_into(what: str) -> Damage:
    """Something put into a value, between its letters."""

    def into(value: str, index: int) -> str:
        cut = index % len(value)
        return value[:cut] + what + value[cut:]

    return lambda text, index: at_value(text, index, into)


def put_behind(what: str) -> Damage:
    return lambda text, index: at_value(text, index, lambda value, _: value + what)


def quoted_printable(text: str, index: int) -> str:
    encoded = "".join(
        letter if 32 < ord(letter) < 127 and letter != "=" else "".join(f"={byte:02X}" for byte in letter.encode())
        for letter in text
    )
    lines = re.findall(r"(?:=[0-9A-F]{2}|.){1,60}", encoded)
    return "=\r\n".join(lines)


def proofpoint(text: str, index: int) -> str:
    encoded = quote(text, safe="/:").replace("-", "%2D").replace("_", "%5F").replace("%", "-").replace("/", "_")
    return f"https://urldefense.proofpoint.com/v2/url?u={encoded}&d=DwMFaQ&c=abc_-x&r=K&m=q&s=0&e="


def proofpoint_3(text: str, index: int) -> str:
    hidden = "".join(letter for letter in text if letter in "#%|<>\\")
    starred = re.sub(r"[#%|<>\\]", "*", text)
    # two or more in a row are written as a run
    starred = re.sub(
        r"\*{2,60}", lambda run: "**" + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[len(run[0]) - 2], starred
    )
    letters = base64.urlsafe_b64encode(hidden.encode()).decode()
    return f"https://urldefense.com/v3/__{starred}__;{letters}!!Mih3wA!Gx_-7$"


def in_parameter(address: str) -> Damage:
    return lambda text, index: address.format(quote(text, safe=""))


TEXTUAL: dict[str, Damage] = {
    "markdown": lambda text, index: re.sub(r"([#&_=,])", r"\\\1", text),
    "latex": lambda text, index: re.sub(r"([#&_%])", r"\\\1", text),
    "latex braces": lambda text, index: text.replace("_", "{\\_}"),
    "html": lambda text, index: html.escape(text),
    "html twice": lambda text, index: html.escape(html.escape(text)),
    "numeric entity": lambda text, index: text.replace("&", "&#38;"),
    "hexadecimal entity": lambda text, index: text.replace("&", "&#x26;"),
    "swallowed reg": lambda text, index: text.replace("&reg", "®"),
    "quoted-printable": quoted_printable,
    "line": lambda text, index: text[:120] + "\r\n" + text[120:],
    "quoted line": lambda text, index: text[:100] + "\n> " + text[100:],
    "wide and": lambda text, index: text.replace("&", "＆").replace("=", "＝").replace("#", "＃"),
    "query": lambda text, index: text.replace("#", "?", 1),
    "tracked query": lambda text, index: text.replace("#", "?utm_source=mail&", 1) + "&fbclid=IwAR0",
    "slashed": lambda text, index: text.replace("#", "#/", 1),
    "banged": lambda text, index: text.replace("#", "#!", 1),
    "asked": lambda text, index: text.replace("#", "#?", 1),
    "encoded hash": lambda text, index: text.replace("#", "%23", 1),
    "twice encoded hash": lambda text, index: text.replace("#", "%2523", 1),
    "encoded hash and ands": lambda text, index: text.replace("#", "%23", 1).replace("&", "%26"),
    "no hash": lambda text, index: text.replace("#", "", 1),
    "in angles": lambda text, index: f"See <{text}> for that.",
    "in brackets": lambda text, index: f"Exercise 3 ({text}).",
    "in Markdown": lambda text, index: f"* [the **spiral**]({text})",
    "in a tag": lambda text, index: f'<p><a class="x" href="{text}" target="_blank">Spiral</a>, please</p>',
    "in Slack": lambda text, index: f"<{text}|our playground>",
    "in smart quotes": lambda text, index: f"“{text}”",
    "in backticks": lambda text, index: f"`{text}`",
    "in a sentence": lambda text, index: f"Task #2: open {text}, and press Play!",
    "before a text": lambda text, index: f"{text}\nHave fun. What do you see?",
    "cut by an ellipsis": lambda text, index: f"{text}…",
}
WRAPPERS: dict[str, Damage] = {
    "encoded": lambda text, index: quote(text, safe=""),
    "encoded three times": lambda text, index: quote(quote(quote(text, safe=""), safe=""), safe=""),
    "Safe Links": in_parameter(
        "https://nam02.safelinks.protection.outlook.com/?url={}&data=05%7C01%7Ca%40b.edu%7C0&sdata=u%2Bq%3D&reserved=0"
    ),
    "Safe Links in HTML": in_parameter(
        "https://eur03.safelinks.protection.outlook.com/ap/t-59584e83/?url={}&amp;data=05%7C02&amp;sdata=x&amp;reserved=0"
    ),
    "Teams": in_parameter(
        "https://statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp-safelinks.html?url={}&locale=en-us"
    ),
    "Google": in_parameter("https://www.google.com/url?q={}&sa=D&source=editors&ust=17&usg=AOvVaw0-_x"),
    "Google search": in_parameter("https://www.google.com/url?sa=t&rct=j&url={}&usg=AOvVaw"),
    "Facebook": in_parameter("https://l.facebook.com/l.php?u={}&h=AT0x-_&s=1"),
    "LinkedIn": in_parameter("https://www.linkedin.com/redir/redirect?url={}&urlhash=R8c1&trk=post"),
    "Slack": in_parameter("https://slack-redir.net/link?url={}&v=3"),
    "DuckDuckGo": in_parameter("https://duckduckgo.com/l/?uddg={}&rut=8a"),
    "YouTube": in_parameter("https://www.youtube.com/redirect?event=video&redir_token=Q&q={}&v=x"),
    "Cisco": in_parameter("https://secure-web.cisco.com/1AbC-_/{}"),
    "Sophos": lambda text, index: (
        "https://eu-central-1.protection.sophos.com/?d=tensorflow.org&u="
        + base64.urlsafe_b64encode(text.encode()).decode()
        + "&i=5e&t=x&h=0"
    ),
    "Proofpoint 2": proofpoint,
    "Proofpoint 3": proofpoint_3,
}
VALUES: dict[str, Damage] = {
    **{
        f"{name} in a value": put_into(what)
        for name, what in {
            "soft hyphen": "\u00ad",
            "zero-width space": "\u200b",
            "word joiner": "\u2060",
            "byte-order mark": "\ufeff",
            "no-break space": "\u00a0",
            "line break": "\n",
            "soft line break": "=\n",
            "encoded soft hyphen": "%C2%AD",
            "encoded zero-width space": "%E2%80%8B",
            "quoted soft hyphen": "=C2=AD",
            "entity of a soft hyphen": "&shy;",
        }.items()
    },
    **{
        f"{mark} behind a value": put_behind(mark)
        for mark in (")", ").", ",", ">", '"', "'", "`", "”", "`**", "\\", "%20", '">x')
    },
    "3D before a value": lambda text, index: at_value(text, index, lambda value, _: f"3D{value}"),
    "dashes": lambda text, index: text.replace("reg-", "reg–"),
    "wide letters": lambda text, index: at_value(
        text, index, lambda value, _: "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in value)
    ),
}
DAMAGES = TEXTUAL | WRAPPERS | VALUES


def means_the_same(text: str, link: str = MEANT) -> None:
    expected = parse_link(link)
    found = parse_link(text)
    assert (found.config, found.view) == (expected.config, expected.view), text
    assert format_link(found.config, found.view) == format_link(expected.config, expected.view)


# --- what is clean ------------------------------------------------------------------------------------------------


@many_inputs
@given(CONFIGS, VIEWS)
@example(Config(seed="a&noise=5"), None)
@example(Config(seed="%26noise%3D5"), None)
@example(Config(seed="0.5%C2%ADx", weight_seed="\u00ad＆x=1\\#"), None)
@example(Config(seed="0.5)"), None)
@example(Config(seed="3D0.5"), None)
@example(Config(seed="0.\u200b5", weight_seed="0.5)"), None)
def test_formatted_links_are_not_changed(config: Config, view: object) -> None:
    config = without_hidden(config, view) if view else config  # type: ignore[arg-type]
    link = format_link(config, view)  # type: ignore[arg-type]
    assert repaired(link).text == link[1:]
    assert parse_link(link).config == config
    for repair in REPAIRS:
        once = repair.apply(link)
        assert repair.apply(once) == once, repair.name


@pytest.mark.parametrize("link", [*CLASSIC, CANONICAL, *(COURSE_LINKS[name] for name in COURSE_LINKS)])
def test_original_links_are_only_freed_of_swallowed_reg(link: str) -> None:
    fragment = link.partition("#")[2]
    assert repaired(link).text == fragment.replace("®", "&reg").rstrip()


# --- damaged links ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DAMAGES)
@pytest.mark.parametrize("address", [HOST, "http://127.0.0.1:8000/", ""])
def test_every_damage_is_repaired(name: str, address: str) -> None:
    for index in range(0, 49, 7):
        damaged = DAMAGES[name](address + MEANT, index)
        means_the_same(damaged)
        assert parse_link(damaged).warnings == parse_link(MEANT).warnings, damaged


def hurt(first: str, second: str, index: int, link: str = HOST + MEANT) -> str:
    return DAMAGES[second](DAMAGES[first](link, index), index + 7)


SECOND = [name for name in DAMAGES if name not in {*VALUES, "numeric entity", "hexadecimal entity"}]
"""What still happens to a link that has been damaged: what is put into a value would be put into damage."""
CLOSING_QUOTES = {'" behind a value', '">x behind a value', "swallowed reg"}


@many_inputs
@given(st.sampled_from(sorted(set(DAMAGES) - CLOSING_QUOTES)), st.sampled_from(SECOND), st.integers(0, 99))
@example("markdown", "Safe Links", 0)
@example("html", "quoted-printable", 0)
@example("Google", "in a sentence", 0)
@example("Safe Links", "Proofpoint 2", 0)
@example("tracked query", "line", 0)
@example("swallowed reg", "encoded", 0)
def test_nested_damage_is_repaired(first: str, second: str, index: int) -> None:
    if first == second or (second == "Proofpoint 3" and first.startswith("in ")):
        return
    # a break within a sign that is encoded itself leaves nothing of it
    if second in {"line", "quoted line"} and first in {"html twice", "numeric entity", "hexadecimal entity"}:
        return
    means_the_same(hurt(first, second, index))


LINKS = st.builds(
    lambda config, view, seed: format_link(without_hidden(config.replace(seed=seed), view), view),
    CONFIGS.filter(lambda config: len(config.weight_seed) < 100),
    VIEWS,
    st.from_regex(r"0\.[0-9]{5}", fullmatch=True) | st.from_regex(r"[a-z]{3,9}", fullmatch=True),
)
WHOLE = sorted(set(TEXTUAL) - {"swallowed reg", "dashes"} | set(WRAPPERS))


@many_inputs
@given(LINKS, st.sampled_from(WHOLE), st.integers(0, 99))
def test_any_formatted_link_survives_damage(link: str, name: str, index: int) -> None:
    means_the_same(DAMAGES[name](HOST + link, index), link)


@many_inputs
@given(st.sampled_from(CLASSIC), st.sampled_from(sorted(DAMAGES)), st.integers(0, 99))
def test_any_original_link_survives_damage(link: str, name: str, index: int) -> None:
    link = link if link.startswith("#") else f"#{link}"
    if "seed=" in link:
        means_the_same(DAMAGES[name](HOST + link, index), link)


@pytest.mark.parametrize(
    "wrong", ["false`", 'false">x', "false)", "false.", "“false”", "`false`", "false\u200b", "FALSE)"]
)
@pytest.mark.parametrize("key", ["x", "batchNorm", "initZero", "showTestData", "noise_hide", "noise_lock"])
def test_switch_with_stray_characters_is_parsed(key: str, wrong: str) -> None:
    for text in (f"#seed=1&{key}={wrong}&noise=5", f"#seed=1&noise=5&{key}={wrong}"):
        means_the_same(text, f"#seed=1&noise=5&{key}=false")
        assert parse_link(text).warnings == ()


@pytest.mark.parametrize(
    ("seed", "meant"),
    [
        ("0.484\u00ad29", "0.48429"),
        ("0.484%C2%AD29", "0.48429"),
        ("0.484%E2%80%8B29", "0.48429"),
        ("0.484\n29", "0.48429"),
        ("0.484=\n29", "0.48429"),
        ("3D0.48429", "0.48429"),
        ("０.４８４２９", "0.48429"),
        ("0.48429`", "0.48429"),
        ('0.48429">x', "0.48429"),
        ("0.48429%60", "0.48429"),
        ("\\0.48429", "0.48429"),
        ("hel\u00adlo", "hello"),
        ("hel%C2%ADlo", "hello"),
        ("hello.", "hello."),
        ("1)x", "1)x"),
        ("a%20b", "a%20b"),
        ("class-2026", "class-2026"),
    ],
)
def test_seed_loses_only_stray_characters(seed: str, meant: str) -> None:
    assert parse_link(f"#noise=5&seed={seed}&batchSize=3").config == Config(noise=5, batch_size=3, seed=meant)


@pytest.mark.parametrize("seed", ["a\u00adb", "π–x", "a&noise=5", "#", "0.5`", "3D0.5", "=3D", "\\&", "%2523noise%3D5"])
def test_seed_with_special_characters_round_trips(seed: str) -> None:
    link = format_link(Config(seed=seed))
    assert parse_link(link).config.seed == seed
    assert parse_link(f"See <{HOST}{link}>.").config.seed == seed


def test_foreign_query_parameters_do_not_warn() -> None:
    link = parse_link("http://127.0.0.1:8000/?embed=1&dataset=xor&seed=1&utm_campaign=spring")
    assert (link.config, link.warnings) == (Config(dataset="xor", seed="1"), ())
    assert parse_link("https://playground.tensorflow.org/?noise=5&seed=2#seed=1").config == Config(seed="1")


def test_damage_beyond_repair_warns() -> None:
    (warning,) = parse_link("#seed=1&problem=classif…").warnings
    assert (warning.code, warning.key, warning.got, warning.used) == (
        "changed",
        "problem",
        "classif…",
        "classification",
    )


@pytest.mark.parametrize(
    "piece", ["%25", "?u=%25", "=\n", "&amp;", "\\", "/v3/__", "#x=", "\nx=", "%26noise%3D", " ", "?"]
)
def test_overlong_text_is_not_repaired(piece: str) -> None:
    text = piece * (MAX_LENGTH // len(piece))
    assert repaired(text).text in text
    assert parse_link(text[:5000]).config.noise == 0
