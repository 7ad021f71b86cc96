"""Settings come from the environment, or say why they cannot."""

import os
import re
import subprocess
import sys
from dataclasses import Field, fields, replace
from pathlib import Path

import pytest

from app.cli import main as cli
from app.settings import LEAST_MEMORY, Settings, SettingsError, available_cores, read_host, unknown_variables
from tests.support.server import ROOT


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


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system does not bind processes to cores")
def test_cores_of_others_are_not_used() -> None:
    program = """if True:
        import os
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        from app.settings import Settings
        print(Settings().workers)
    """
    assert subprocess.check_output([sys.executable, "-c", program], text=True, cwd=ROOT) == "1\n"


@pytest.mark.parametrize(
    ("quota", "cores"),
    [("max 100000", available_cores()), ("50000 100000", 1), ("100000 100000\n", 1), ("-", available_cores())],
    ids=["unlimited", "half", "one", "unreadable"],
)
def test_quota_of_a_container_limits_cores(
    quota: str, cores: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cpu.max"
    file.write_text(quota)
    monkeypatch.setattr("app.settings._QUOTA", file)
    assert available_cores() == cores


@pytest.mark.parametrize("text", ["", "eighty", "-1", "65536", "8e3"])
def test_invalid_value_is_named_with_what_is_expected(text: str) -> None:
    with pytest.raises(SettingsError, match=r"PLAYGROUND_PORT is .* from 0 to 65535: port to listen on"):
        Settings.from_environment({"PLAYGROUND_PORT": text})


def test_origins_that_may_frame_the_page_are_origins() -> None:
    text = "https://school.example, http://localhost:8080,https://*.School.example:*,http://localhost:*,file:,vscode-webview:"
    settings = Settings.from_environment({"PLAYGROUND_FRAME_ANCESTORS": text})
    own, local, all_of_one, any_port, *schemes = settings.frame_ancestors
    assert (own, local, any_port) == ("https://school.example", "http://localhost:8080", "http://localhost:*")
    assert (all_of_one, schemes) == ("https://*.school.example:*", ["file:", "vscode-webview:"])


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "school.example",
        "https://",
        "https://a.example/path",
        "https://a.example:*0",
        "https://*:*",
        "https://a.example; script-src *",
        "'none'",
        "file://",
        "file",
        "data:",
        "vscode-webview://",
    ],
)
def test_frame_ancestors_must_be_origins(text: str) -> None:
    with pytest.raises(SettingsError, match=r"PLAYGROUND_FRAME_ANCESTORS holds .* it must be a list of origins"):
        Settings.from_environment({"PLAYGROUND_FRAME_ANCESTORS": f"https://b.example,{text}"})


def test_every_setting_is_explained() -> None:
    assert all(field.metadata["help"] for field in fields(Settings))


def refusal(**values: str) -> str:
    """Why settings are refused."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({f"PLAYGROUND_{name.upper()}": value for name, value in values.items()})
    return str(caught.value)


@pytest.mark.parametrize("number", ["1", "64", str(LEAST_MEMORY - 1)])
def test_too_little_worker_memory_is_refused(number: str) -> None:
    assert refusal(worker_memory=number).startswith(
        f"PLAYGROUND_WORKER_MEMORY is '{number}'; it must be 0 or an integer from {LEAST_MEMORY} to "
    )
    for enough in (0, LEAST_MEMORY):
        assert Settings.from_environment({"PLAYGROUND_WORKER_MEMORY": str(enough)}).worker_memory == enough


NO_NAMES = {
    "*": "name each host: there is no pattern for all of them",
    "https://a.example/playground/": "write a.example",
    "HTTPS://*.a.example": "write *.a.example",
    "a.example:8443": "write a.example",
    "a/b": "write a",
    "a b;c": "",
    "a.*.example": "",
    "*a.example": "",
    "*.*.example": "",
    "-a.example": "",
    "a..example": "",
    "[::1]": "",
    "a" * 64: "",
}
"""Texts that are no host names, and what is said of some of them."""


@pytest.mark.parametrize(("text", "hint"), NO_NAMES.items())
def test_refused_host_comes_with_a_hint(text: str, hint: str) -> None:
    said = refusal(allowed_hosts=f"b.example,{text}")
    assert said.startswith(f"PLAYGROUND_ALLOWED_HOSTS holds '{text[:63].lower()}")
    assert said.endswith(
        "it must be a list of host names without scheme, port or path, such as class.example or *.class.example"
        + (f"; {hint}" if hint else "")
    )


def test_allowed_hosts_may_begin_with_a_wildcard() -> None:
    settings = Settings.from_environment({"PLAYGROUND_ALLOWED_HOSTS": "*.HF.space, *.github.dev."})
    assert settings.allowed_hosts == ("*.hf.space", "*.github.dev")


PUBLIC_URLS = {
    "https://school.example/playground/": "https://school.example/playground/",
    "HTTPS://School.Example.:443": "https://school.example/",
    "http://school.example:80/a": "http://school.example/a/",
    "https://school.example:80": "https://school.example:80/",
    "http://playground_host:08000/": "http://playground_host:8000/",
    "https://[0:0::1]:8443/": "https://[::1]:8443/",
    "https://hub.example/user/jane%40school/proxy/8000/": "https://hub.example/user/jane%40school/proxy/8000/",
    " https://School.example/Tools/PlayGround ": "https://school.example/Tools/PlayGround/",
    "": "",
}
"""Public URLs, and their normal forms."""


@pytest.mark.parametrize(("text", "url"), PUBLIC_URLS.items())
def test_public_url_is_normalized(text: str, url: str) -> None:
    assert Settings.from_environment({"PLAYGROUND_PUBLIC_URL": text}).public_url == url
    assert Settings.from_environment({"PLAYGROUND_PUBLIC_URL": url}).public_url == url


NO_PUBLIC_URLS = [
    "school.example", "//school.example/", "ftp://school.example/", "https:/school.example", "https://",
    "https://jane@school.example/", "https://jane:word@school.example/", "https://school.example/?class=1",
    "https://school.example/#x", "https://school.example?", "https://school.example/a//b", "https://school.example//",
    "https://school.example/a/../b", "https://school.example/./", "https://school.example/%2e%2e/a",
    "https://school.example/a%2Fb/", "https://school.example/a%5cb/", "https://school.example/%00/",
    "https://school.example/%ff/", "https://school.example/a\\b", "https://school.example/%zz/",
    "https://school.example:0/", "https://school.example:65536/", "https://school.example:", "https://a b/",
    "https://[::1/", "https://[:::]/", "https://-a.example/", "https://a..example/", f"https://{'a.' * 130}example/",
    "https://*.school.example/", "https://sch\u00f6ol.example/", "https://school.example/\u00f6/", "https://\x1b[31m/",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_PUBLIC_URLS)
def test_what_is_no_public_url_is_refused(text: str) -> None:
    said = refusal(public_url=text)
    assert said.startswith("PLAYGROUND_PUBLIC_URL holds ")
    assert said.endswith("such as https://school.example/playground/")
    assert said.isprintable()


def test_proxies_are_addresses_and_networks() -> None:
    environment = {"PLAYGROUND_TRUSTED_PROXIES": "10.0.0.5, 172.16.0.0/12,0:0::1,fd00::/8"}
    assert Settings.from_environment(environment).trusted_proxies == ("10.0.0.5", "172.16.0.0/12", "::1", "fd00::/8")
    assert Settings.from_environment({"PLAYGROUND_TRUSTED_PROXIES": "*"}).trusted_proxies == ("*",)
    assert Settings.from_environment({"PLAYGROUND_TRUSTED_PROXIES": ""}).trusted_proxies == ()
    assert Settings().trusted_proxies == ("127.0.0.1", "::1")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("10.0.0.5/8", "; write 10.0.0.0/8"),
        ("fd00::1/8", "; write fd00::/8"),
        ("proxy.example", ""),
        ("10.0.0", ""),
        ("10.0.0.0/33", ""),
        ("10.*", ""),
        ("10.0.0.5:80", ""),
        ("\x1b[31m", ""),
    ],
)
def test_other_proxies_are_refused(text: str, hint: str) -> None:
    said = refusal(trusted_proxies=f"10.0.0.5,{text}")
    assert said.startswith("PLAYGROUND_TRUSTED_PROXIES holds ")
    expected = "it must be a list of IP addresses and networks, such as 10.0.0.5 or 10.0.0.0/8, or * for all"
    assert said.endswith(expected + hint)
    assert said.isprintable()


def test_log_format_is_one_of_two() -> None:
    assert Settings().log_format == "text"
    assert Settings.from_environment({"PLAYGROUND_LOG_FORMAT": " JSON"}).log_format == "json"
    assert refusal(log_format="xml") == "PLAYGROUND_LOG_FORMAT holds 'xml'; it must be text or json"


def test_unix_socket_is_a_path() -> None:
    path = "/run/Play ground/sock\u00e9t"
    assert Settings.from_environment({"PLAYGROUND_UDS": f" {path} "}).uds == path
    assert refusal(uds="/run/a\nb").startswith("PLAYGROUND_UDS holds ")


def test_all_faults_are_reported_at_once() -> None:
    said = refusal(port="x", log_format="xml", max_sessions="3", max_per_address="5", prot="1", host="a b")
    assert [line.split()[0].removeprefix("PLAYGROUND_") for line in said.splitlines()] == [
        "HOST",
        "PORT",
        "LOG_FORMAT",
        "MAX_PER_ADDRESS",
        "PROT",
    ]


def test_trailing_dot_of_a_host_is_ignored() -> None:
    settings = Settings.from_environment({"PLAYGROUND_ALLOWED_HOSTS": "Class.example.,a_b.example"})
    assert settings.allowed_hosts == ("class.example", "a_b.example")


NO_ADDRESSES = ["", " ", "*", "0.0.0.0:8000", "http://localhost", "[::1]", "a b", "a" * 64, "a.example/", "\x1b[31m"]


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_what_is_no_address_is_not_listened_on(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = refusal(host=text)
    assert said.startswith("PLAYGROUND_HOST holds ")
    assert said.endswith("it must be one IP address or host name, such as 0.0.0.0 for all, without a port")
    assert said.isprintable()
    with pytest.raises(SystemExit) as ended:
        cli.main(["--host", text])
    assert ended.value.code == 2
    assert "argument --host: " in capsys.readouterr().err


@pytest.mark.parametrize("text", ["tcp://10.0.0.5:8786", "tls://Dask.example:1", "tcp://[::1]:8786", ""])
def test_schedulers_of_clusters_have_addresses(text: str) -> None:
    assert Settings.from_environment({"PLAYGROUND_CLUSTER": text}).cluster == text


@pytest.mark.parametrize("text", ["10.0.0.5:8786", "tcp://10.0.0.5", "http://a.example:80", "tcp://a b:1", "local"])
def test_what_is_no_scheduler_is_refused(text: str) -> None:
    said = refusal(cluster=text)
    assert said.startswith(f"PLAYGROUND_CLUSTER holds {text!r}")
    assert said.endswith("it must be the address of a Dask scheduler, such as tcp://10.0.0.5:8786")


@pytest.mark.parametrize("text", ["127.0.0.1", "::", "::1", "fe80::1%eth0", "localhost", "Class.example"])
def test_addresses_are_listened_on(text: str) -> None:
    assert Settings.from_environment({"PLAYGROUND_HOST": text}).host == read_host(text) == text


@pytest.mark.parametrize(
    ("less", "more", "small", "large"),
    [("max_per_address", "max_sessions", 100, 1000), ("message_bytes", "hello_bytes", 2000, 2**23)],
)
def test_bounded_settings_follow_each_other(less: str, more: str, small: int, large: int) -> None:
    def settings(**values: int) -> tuple[int, int]:
        found = Settings.from_environment({f"PLAYGROUND_{name.upper()}": str(value) for name, value in values.items()})
        return getattr(found, less), getattr(found, more)

    assert settings(**{more: small}) == (small, small)
    assert settings(**{less: large}) == (large, large)
    assert settings(**{less: small, more: large}) == (small, large)
    said = refusal(**{less: str(large), more: str(small)})
    assert f"PLAYGROUND_{less.upper()} is {large}, and PLAYGROUND_{more.upper()} is {small}" in said


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("PLAYGROUND_PROT", "PORT"),
        ("PLAYGROUND_MAX_SESSION", "MAX_SESSIONS"),
        ("PLAYGROUND_ALLOWED_HOST", "ALLOWED_HOSTS"),
        ("playground_port", "PORT"),
        ("PLAYGROUND_WORKERS_MEMORY", "WORKER_MEMORY"),
        ("PLAYGROUND_TEST_WITHOUT", "PORT|HOST|LAYERS|UNITS|[A-Z_]+"),
    ],
)
def test_unknown_variable_suggests_the_closest_setting(name: str, meant: str) -> None:
    (said,) = unknown_variables({name: "1", "PLAYGROUND_PORT": "1", "HOME": "/", "PLAYGROUNDS": ""})
    assert re.fullmatch(rf"{name} is not a setting; did you mean PLAYGROUND_({meant})\?", said)


COMMANDS = [
    [],
    ["class"],
    ["health"],
    ["train", "#seed=0.5", "--epochs", "0"],
    ["sweep", "#seed=0.5", "--epochs", "1", "--starts", "2"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_commands_end_with_all_faults(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in os.environ if name.startswith("PLAYGROUND_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PLAYGROUND_WROKERS", "2")
    monkeypatch.setenv("PLAYGROUND_CLASSES", "perhaps")
    assert cli.main(command) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "playground: PLAYGROUND_CLASSES is 'perhaps'; it must be true or false: whether classes can be held\n"
        "playground: PLAYGROUND_WROKERS is not a setting; did you mean PLAYGROUND_WORKERS?\n"
    )


def test_variables_of_tests_are_no_fault() -> None:
    assert unknown_variables({"PLAYGROUND_CHROMIUM": "/usr/bin/chromium", "PLAYGROUND_EXAMPLES": "5"}) == []


@pytest.mark.parametrize("item", fields(Settings), ids=lambda item: item.name)
@pytest.mark.parametrize("text", ["x", "1.5", "1e3", "-1", "1_000", "٣", "9" * 30, "0x10", "true"])
def test_no_number_is_guessed(item: Field[object], text: str) -> None:
    if type(item.default) is int:
        said = refusal(**{item.name: text})
        assert said.startswith(f"PLAYGROUND_{item.name.upper()} is '{text}'; it must be ")
        assert " from " in said


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("1", True), (" Yes ", True), ("false", False), ("0", False), ("NO", False)],
)
def test_switches_are_words_for_on_and_off(text: str, value: bool) -> None:
    assert Settings.from_environment({"PLAYGROUND_CLASSES": text}).classes is value


@pytest.mark.parametrize("text", ["", "on", "2", "none", "tru", "\x1b[31m"])
def test_other_words_are_no_switch(text: str) -> None:
    said = refusal(classes=text)
    assert said.startswith("PLAYGROUND_CLASSES is ")
    assert said.endswith("; it must be true or false: whether classes can be held")
    assert said.isprintable()


@pytest.mark.parametrize("key", ["k" * 201, "chalk\nboard", "chalk\x00", "chalk\udcff"])
def test_refused_key_is_not_repeated(key: str) -> None:
    said = refusal(teacher_key=key)
    assert said == "PLAYGROUND_TEACHER_KEY cannot be used; it must be a text of at most 200 characters on one line"


def test_teacher_key_is_kept_from_texts_and_children() -> None:
    settings = Settings.from_environment({"PLAYGROUND_TEACHER_KEY": " chalk & board "})
    assert settings.teacher_key == "chalk & board"
    assert "chalk" not in repr(settings)
    # empty and not missing: a child process would inherit the variable
    assert settings.as_environment()["PLAYGROUND_TEACHER_KEY"] == ""
    assert Settings.from_parent(settings.as_environment()) == replace(settings, teacher_key="")


def test_engine_processes_receive_the_same_settings() -> None:
    settings = Settings(
        host="::1",
        max_sessions=1,
        worker_memory=5,
        allowed_hosts=("a.example", "b.example"),
        classes=False,
        public_url="https://school.example/Tools/",
        trusted_proxies=(),
        uds="/run/Playground",
        metrics=True,
    )
    assert Settings.from_parent({"HOME": "/", **settings.as_environment()}) == settings
