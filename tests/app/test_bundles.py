"""What is joined for the pages: the joined script does what its modules do."""

import json
import subprocess
from pathlib import Path

import pytest

from app.web import assets, bundles
from tests.node import environment, node

STATIC = Path(__file__).parents[2] / "static"
MODULES = {
    "js/main.js": b"""/** Says what it is told. */

import { greeting as words } from "./lib/words.js";
import {
  Failure,
  fail,
} from "./lib/failure.js";

/* a comment
   of two lines */
export const told = `${words("you")} // there`;
console.log(told);
try {
  fail();
} catch (error) {
  console.log(error instanceof Failure, error.stack.split("\\n")[1]);
}
""",
    "js/lib/words.js": b"""import { NAME } from "./name.js";
export const greeting = (name) => `${name}, ${NAME}`;
""",
    "js/lib/name.js": b"""export const NAME = "NumPy";
""",
    "js/lib/failure.js": b"""import { NAME } from "./name.js";
export class Failure extends Error {}
export async function wait() {}
// never succeeds
export function fail() {
  throw new Failure(NAME);
}
""",
}


def run(program: str, *options: str) -> str:
    return subprocess.run(
        [node(), *options, program], capture_output=True, text=True, check=True, env=environment(), timeout=60
    ).stdout


def written(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def test_joined_modules_run_as_they_did(tmp_path: Path) -> None:
    code, source_map = bundles.join_modules(MODULES, "js/main.js", "pages/one.mjs")
    written(tmp_path, {**MODULES, "pages/one.mjs": code, "pages/one.mjs.map": source_map})
    said, failure = run(str(tmp_path / "pages/one.mjs"), "--enable-source-maps").splitlines()
    assert said == "you, NumPy // there"
    # the source map leads back to the line of the module
    assert failure.startswith("true ")
    assert "js/lib/failure.js:6:" in failure


def test_each_module_is_joined_once_after_its_imports() -> None:
    _, source_map = bundles.join_modules(MODULES, "js/main.js", "pages/one.mjs")
    names = ["name.js", "words.js", "failure.js", "main.js"]
    assert [Path(path).name for path in json.loads(source_map)["sources"]] == names


@pytest.mark.parametrize(
    ("module", "line", "reason"),
    [
        (b"\n\nimport all from './lib/name.js';\n", 3, "only imports of names"),
        (b'import * as all from "./lib/name.js";\n', 1, "only imports of names"),
        (b"export default 3;\n", 1, "only imports of names"),
        (b"// no\nexport let changing = 3;\n", 2, "only imports of names"),
    ],
)
def test_other_forms_of_import_are_refused(module: bytes, line: int, reason: str) -> None:
    with pytest.raises(ValueError, match=f"js/main.js, line {line}: {reason}"):
        bundles.join_modules({**MODULES, "js/main.js": module}, "js/main.js", "pages/one.js")


def test_cycles_of_imports_are_refused() -> None:
    circle = {**MODULES, "js/lib/name.js": b'import { told } from "../main.js";\nexport const NAME = told;\n'}
    with pytest.raises(ValueError, match=r"js/main\.js imports itself: js/main\.js → .* → js/main\.js"):
        bundles.join_modules(circle, "js/main.js", "pages/one.js")


def test_missing_modules_are_named() -> None:
    with pytest.raises(KeyError, match=r"js/lib/name\.js"):
        bundles.join_modules({"js/main.js": b'import { NAME } from "./lib/name.js";\n'}, "js/main.js", "pages/one.js")


def test_every_module_reaches_a_page() -> None:
    _, files = assets.read_static()
    joined = {
        Path(source).relative_to("../js").as_posix()
        for path, asset in files.items()
        if path.endswith(".js.map")
        for source in json.loads(asset.content)["sources"]
    }
    there = {path.relative_to(STATIC / "js").as_posix() for path in (STATIC / "js").rglob("*.js")}
    packaged = {"scorm/sco.js", "scorm/start.js"}
    assert joined == there - packaged - {"theme-init.js", "core/types.js", "classroom/types.js"}


def test_page_of_plane_loads_nothing_of_digits() -> None:
    _, files = assets.read_static()
    sources = {name: json.loads(files[f"pages/{name}.js.map"].content)["sources"] for name in ("playground", "digits")}
    folders = {name: {Path(source).parts[2] for source in paths} for name, paths in sources.items()}
    assert {"digits", "drawing", "mistakes"} & folders["playground"] == set()
    assert {"digits", "drawing", "mistakes"} <= folders["digits"]
    sheets = {name: set(bundles.PAGES[name].sheets.split()) for name in sources}
    assert {"digits", "drawing"} <= sheets["digits"] - sheets["playground"]


def test_every_style_sheet_reaches_a_page() -> None:
    joined = {sheet for page in bundles.PAGES.values() for sheet in page.sheets.split()}
    linked = {"print", "plotly-host"}
    assert joined | linked == {path.stem for path in (STATIC / "css").glob("*.css")}
