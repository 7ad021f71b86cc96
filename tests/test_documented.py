"""The documentation covers the code, and everything it names exists."""

import re
from dataclasses import fields
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from app.link.controls import CONTROLS, OTHER_CONTROLS
from app.settings import PREFIX, Settings
from app.web.pages import read_templates
from docs import generate
from engine import ACTIVATIONS, DATASETS, FEATURES, FIELDS, LOSSES, OPTIMIZERS
from engine.initializers import INITIALIZERS
from engine.regularizers import REGULARIZERS
from engine.schedules import SCHEDULES

ROOT = Path(__file__).parents[1]
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


def words(text: str) -> set[str]:
    """The inline code of a Markdown text."""
    return set(re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)))


LINKS = (ROOT / "docs/links.md").read_text("utf-8")
SETTINGS_PAGE = (ROOT / "docs/settings.md").read_text("utf-8")


@pytest.mark.parametrize(
    "registry", [ACTIVATIONS, DATASETS, FEATURES, INITIALIZERS, LOSSES, OPTIMIZERS, REGULARIZERS, SCHEDULES]
)
def test_links_page_lists_every_choice(registry: dict[str, object]) -> None:
    assert set(registry) - {"none"} <= words(LINKS)


@pytest.mark.parametrize("name", FIELDS)
def test_config_fields_have_labels_and_allowed_values(name: str) -> None:
    field = FIELDS[name]
    assert field.label
    assert field.allowed
    assert all((field.choices or {"": "-"}).values())


HELP_TEXTS: dict[str, Any] = {
    **{name: field.help for name, field in FIELDS.items()},
    **{row.name: row.help for row in (*CONTROLS.values(), *OTHER_CONTROLS.values()) if row.help},
}
"""Help texts by the name of a field or other control."""

SENTENCE = re.compile(r"[A-Z][^.?!]*(?:\d\.\d[^.?!]*)*\.")


@pytest.mark.parametrize("name", HELP_TEXTS)
def test_help_is_two_sentences(name: str) -> None:
    assert SENTENCE.fullmatch(HELP_TEXTS[name].what), HELP_TEXTS[name].what
    assert SENTENCE.fullmatch(HELP_TEXTS[name].why), HELP_TEXTS[name].why


GLOSSARY = read_templates().get_template("glossary.html").render(static="", font=None, root="./")
TERMS = dict(re.findall(r'<dt id="([^"]+)"><a[^>]*>([^<]+)</a></dt>', GLOSSARY))


@pytest.mark.parametrize("name", HELP_TEXTS)
def test_help_refers_to_glossary_term(name: str) -> None:
    assert HELP_TEXTS[name].term in TERMS


def test_glossary_references_point_to_entries() -> None:
    named = set(re.findall(r'href="#([a-z0-9-]+)"', GLOSSARY))
    assert len(named) > 40
    assert named <= set(TERMS)


def test_glossary_terms_are_unique() -> None:
    names = re.findall(r'<dt id="([^"]+)"', GLOSSARY)
    assert len(names) == len(set(names)) >= 60


@pytest.mark.parametrize(
    "registry", [ACTIVATIONS, DATASETS, FEATURES, INITIALIZERS, LOSSES, OPTIMIZERS, REGULARIZERS, SCHEDULES]
)
def test_glossary_explains_every_choice(registry: dict[str, Any]) -> None:
    text = " ".join(unescape(re.sub(r"<[^>]*>", "", GLOSSARY)).split())
    assert [entry.label for entry in registry.values() if entry.label not in text] == []
    assert [entry.label for entry in registry.values() if entry.help not in text] == []


def test_settings_page_names_only_existing_settings() -> None:
    settings = {f"{PREFIX}{setting.name.upper()}" for setting in fields(Settings)}
    assert {name for name in words(SETTINGS_PAGE) if name.startswith(PREFIX)} - {PREFIX} == settings


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_documented_make_verbs_exist(name: str) -> None:
    verbs = set(re.findall(r"^(\w+):", MAKEFILE, re.MULTILINE))
    used = set(re.findall(r"(?:`|^)make (\w+)", (ROOT / name).read_text("utf-8"), re.MULTILINE))
    assert used
    assert used <= verbs


@pytest.mark.parametrize("path", sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("docs/*.md")), ids=lambda path: path.name)
def test_document_links_point_to_files(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), target


def test_generated_regions_are_current() -> None:
    regions = list(generate.regions())
    stale = [f"{region.path.relative_to(ROOT)}: {region.name}" for region in regions if region.text != region.expected]
    assert not stale, f"stale regions {', '.join(stale)}; run `make generate`"
    assert {region.name for region in regions} == set(generate.REGIONS)
