"""The files of `deploy/` and the Dockerfile agree with the settings, with each other and with a running server.

No container is made here: what the files say about the playground is tried with a server of this machine.
"""

import json
import re
import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import pytest
import yaml

from app.settings import Settings, variable_of
from tests.support.client import SMALL, Client
from tests.support.server import ROOT, ServerProcess

DEPLOY = ROOT / "deploy"

CHECKED_IN = {
    "binder/playground.ipynb": "tests/notebooks/test_cells.py",
    "binder/requirements.txt": "tests/notebooks/test_cells.py",
    "Caddyfile": "tests/proxies/test_caddy.py",
    "compose.yaml": "tests/app/test_deploy.py",
    "compose-replicas.yaml": "tests/app/test_deploy.py",
    "devcontainer/devcontainer.json": "tests/app/test_deploy.py",
    "nginx.conf": "tests/proxies/test_nginx.py",
    "nginx-replicas.conf": "tests/proxies/replicas.py",
    "space/Dockerfile": "tests/app/test_deploy.py",
    "space/README.md": "tests/app/test_deploy.py",
}
"""The tests that try each file."""

PUBLIC_URL = "https://school.example/playground/"


def read(name: str) -> str:
    """The text of a file, relative to the checkout."""
    return (ROOT / name).read_text("utf-8")


def files() -> list[str]:
    """The files of `deploy/`, without the wheel that belongs into a Space."""
    return [
        path.relative_to(DEPLOY).as_posix() for path in DEPLOY.rglob("*") if path.is_file() and path.suffix != ".whl"
    ]


def test_each_file_is_tried_by_a_test() -> None:
    assert set(files()) == set(CHECKED_IN)
    for name, test in CHECKED_IN.items():
        code = re.sub(r"^CHECKED_IN = .*?^}", "", read(test), flags=re.DOTALL | re.MULTILINE)
        assert re.search(rf'["/]{re.escape(name)}"', code), f"{test} does not try {name}"


@pytest.mark.parametrize("name", ["Dockerfile", "docs/deploy.md", *(f"deploy/{name}" for name in CHECKED_IN)])
def test_files_name_existing_settings_only(name: str) -> None:
    settings = {variable_of(item.name) for item in fields(Settings)}
    assert set(re.findall(r"\bPLAYGROUND_[A-Z_]*[A-Z]", read(name))) <= settings


# --- images ---------------------------------------------------------------------------------------------------------


def instructions(dockerfile: str, keyword: str) -> list[str]:
    """What follows a keyword in a Dockerfile, each time."""
    return re.findall(rf"^{keyword} (.*)", read(dockerfile).replace("\\\n", ""), re.MULTILINE)


def variables_of(dockerfile: str) -> dict[str, str]:
    """The environment that an image sets."""
    pairs = [pair for line in instructions(dockerfile, "ENV") for pair in shlex.split(line)]
    return dict(pair.split("=", 1) for pair in pairs)


IMAGES = ["Dockerfile", "deploy/space/Dockerfile"]


@pytest.mark.parametrize("name", IMAGES)
def test_images_listen_on_the_port_they_expose(name: str) -> None:
    settings = Settings.from_environment(variables_of(name))
    assert (settings.host, [str(settings.port)]) == ("0.0.0.0", instructions(name, "EXPOSE"))  # noqa: S104


@pytest.mark.parametrize("name", IMAGES)
def test_images_install_extras_that_exist(name: str) -> None:
    extras = tomllib.loads(read("pyproject.toml"))["project"]["optional-dependencies"]
    (wanted,) = re.findall(r"^RUN .*pip install .*\[([a-z,]+)\]\"$", read(name), re.MULTILINE)
    assert "fast" in wanted.split(",")
    assert set(wanted.split(",")) <= set(extras)


# --- Compose --------------------------------------------------------------------------------------------------------


def services(name: str) -> dict[str, dict[str, Any]]:
    """The services of a Compose file, with `PUBLIC_URL` for the variable that must be given, and no other variable."""
    given = re.sub(r"\$\{PLAYGROUND_PUBLIC_URL:\?[^}]*\}", PUBLIC_URL, read(f"deploy/{name}"))
    found: dict[str, dict[str, Any]] = yaml.safe_load(re.sub(r"\$\{\w+:-\}", "", given))["services"]
    return found


def environment_of(service: Mapping[str, Any]) -> dict[str, str]:
    """The environment of a container of the playground: what its image sets, and what the service sets."""
    given = {name: "" if value is None else str(value) for name, value in service["environment"].items()}
    return {**variables_of("Dockerfile"), **given}


def assert_builds_the_image(service: Mapping[str, Any]) -> None:
    """Assert that a service is the image of the Dockerfile, whose check of health Compose then uses, too."""
    assert (DEPLOY / service["build"] / "Dockerfile").resolve() == ROOT / "Dockerfile"
    assert instructions("Dockerfile", "HEALTHCHECK")
    assert "healthcheck" not in service


def test_compose_publishes_the_port_of_the_image() -> None:
    (server,) = services("compose.yaml").values()
    assert_builds_the_image(server)
    settings = Settings.from_environment(environment_of(server))
    assert settings.public_url == PUBLIC_URL
    assert server["ports"] == [f"127.0.0.1:{settings.port}:{settings.port}"]


def test_compose_replicas_are_where_nginx_looks() -> None:
    found = services("compose-replicas.yaml")
    nginx = found.pop("nginx")
    text = read("deploy/nginx-replicas.conf")
    places = set()
    for server in found.values():
        assert_builds_the_image(server)
        settings = Settings.from_environment(environment_of(server))
        assert settings.trusted_proxies == (nginx["networks"]["inside"]["ipv4_address"],)
        places.add(f"{server['networks']['inside']['ipv4_address']}:{settings.port}")
    assert set(re.findall(r"^\s*server (\S+:\d+) ", text, re.MULTILINE)) == places
    assert len({json.dumps(server["environment"]) for server in found.values()}) == 1
    assert set(nginx["depends_on"]) == set(found)
    inside = {volume.split(":")[1] for volume in nginx["volumes"]}
    assert set(re.findall(r"ssl_certificate(?:_key)?\s+(\S+);", text)) == inside - {"/etc/nginx/conf.d/default.conf"}
    assert {port.split(":")[1] for port in nginx["ports"]} == set(re.findall(r"listen (\d+) ssl", text))


# --- Spaces and Codespaces ------------------------------------------------------------------------------------------


def started(environment: Mapping[str, str]) -> ServerProcess:
    """A server with an environment from a file, but on the loopback interface and without engine processes."""
    return ServerProcess(environment={**environment, "PLAYGROUND_HOST": "127.0.0.1", "PLAYGROUND_WORKERS": "0"})


def test_space_has_the_front_matter_of_docker() -> None:
    _, front, _ = read("deploy/space/README.md").split("---\n", 2)
    about = yaml.safe_load(front)
    dockerfile = "deploy/space/Dockerfile"
    assert about["sdk"] == "docker"
    assert [str(about["app_port"])] == instructions(dockerfile, "EXPOSE")
    assert instructions(dockerfile, "USER") == ["1000"]
    assert len(about["short_description"]) <= 60


@pytest.mark.server
def test_space_answers_and_trains_under_its_name() -> None:
    name = "someone-numpy-playground.hf.space"
    with started(variables_of("deploy/space/Dockerfile")) as server:
        status, headers, _ = server.fetch("/", Host=name)
        assert status == 200
        assert "frame-ancestors 'self' https://huggingface.co;" in headers["Content-Security-Policy"]
        assert server.fetch("/", Host="hf.space.example")[0] == 421
        with Client(server.port, headers={"Host": name, "Origin": f"https://{name}"}) as client:
            client.greet(SMALL)
            assert client.train(3)["epoch"] == 3


FORWARDED = "name-8000.app.github.dev"

CODESPACES = [
    ("localhost:8000", f"https://{FORWARDED}"),
    (FORWARDED, "http://localhost:8000"),
    (FORWARDED, f"https://{FORWARDED}"),
    ("localhost:8000", "http://localhost:8000"),
]
"""Host and Origin, as forwarding has rewritten one of them, none or both."""


@pytest.fixture(scope="module")
def container() -> dict[str, Any]:
    """What `devcontainer.json` says."""
    described: dict[str, Any] = json.loads(read("deploy/devcontainer/devcontainer.json"))
    return described


def test_dev_container_forwards_the_default_port(container: dict[str, Any]) -> None:
    settings = Settings.from_environment(container["containerEnv"])
    assert container["forwardPorts"] == [settings.port]
    assert set(container["portsAttributes"]) == {str(settings.port)}
    (extras,) = re.findall(r"\[([a-z,]+)\]", container["postCreateCommand"])
    assert set(extras.split(",")) <= set(tomllib.loads(read("pyproject.toml"))["project"]["optional-dependencies"])


@pytest.mark.server
def test_dev_container_accepts_what_codespaces_forwards(container: dict[str, Any]) -> None:
    with started(container["containerEnv"]) as server:
        for host, origin in CODESPACES:
            with Client(server.port, headers={"Host": host, "Origin": origin}) as client:
                client.greet(SMALL)
                assert client.train(1)["epoch"] == 1
