"""Settings come from the environment, or say why they cannot."""

from dataclasses import fields

import pytest

from app.settings import Settings, SettingsError


def test_without_variables_the_defaults_hold() -> None:
    assert Settings.from_environment({"HOME": "/"}) == Settings()


def test_variables_set_numbers_texts_and_lists() -> None:
    environment = {
        "PLAYGROUND_PORT": "9000",
        "PLAYGROUND_HOST": "::1",
        "PLAYGROUND_WORKERS": "0",
        "PLAYGROUND_ALLOWED_HOSTS": "class.example, Other.Example",
    }
    settings = Settings.from_environment(environment)
    assert (settings.port, settings.host, settings.workers) == (9000, "::1", 0)
    assert settings.allowed_hosts == ("class.example", "other.example")


@pytest.mark.parametrize("text", ["", "eighty", "-1", "65536", "8e3"])
def test_a_value_that_cannot_be_used_is_named_with_what_is_allowed(text: str) -> None:
    with pytest.raises(SettingsError, match=r"PLAYGROUND_PORT is .* from 0 to 65535: port to listen on"):
        Settings.from_environment({"PLAYGROUND_PORT": text})


def test_origins_that_may_frame_the_page_are_origins() -> None:
    text = "https://school.example, http://localhost:8080,https://*.School.example,file:"
    settings = Settings.from_environment({"PLAYGROUND_FRAME_ANCESTORS": text})
    own, local, all_of_one, files = settings.frame_ancestors
    assert (own, local) == ("https://school.example", "http://localhost:8080")
    assert (all_of_one, files) == ("https://*.school.example", "file:")


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "school.example",
        "https://",
        "https://a.example/path",
        "https://a.example; script-src *",
        "'none'",
        "file://",
        "file",
        "data:",
    ],
)
def test_what_is_no_origin_may_not_frame_the_page(text: str) -> None:
    with pytest.raises(SettingsError, match=r"PLAYGROUND_FRAME_ANCESTORS holds .* it must be a list of origins"):
        Settings.from_environment({"PLAYGROUND_FRAME_ANCESTORS": f"https://b.example,{text}"})


def test_every_setting_is_explained() -> None:
    assert all(field.metadata["help"] for field in fields(Settings))
