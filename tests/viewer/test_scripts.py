"""ES modules joined to one script, without a build."""

from pathlib import Path

import pytest

import pages
import xray_core
from xray_core.viewer.scripts import joined

SCRIPTS = [
    path for room in (pages, xray_core) for path in sorted(Path(room.__path__[0]).rglob("*.js"))
]


def modules(folder: Path, **texts: str) -> Path:
    """Writes modules; the path of the entry, which is the last."""
    for name, text in texts.items():
        path = folder / f"{name}.js"
        path.write_text(text)
    return path


def test_a_module_stands_after_those_that_it_imports_and_once(tmp_path: Path) -> None:
    entry = modules(
        tmp_path,
        low="export const LOW = 1;\n",
        middle='import { LOW } from "./low.js";\n\nexport function middle() {\n  return LOW;\n}\n',
        entry='import {\n  middle,\n} from "./middle.js";\nimport { LOW } from "./low.js";\n'
        "\nexport default function show() {\n  return middle() + LOW;\n}\n",
    )
    assert joined(entry).split("\n") == [
        "const LOW = 1;",
        "",
        "",
        "function middle() {",
        "  return LOW;",
        "}",
        "",
        "",
        "export default function show() {",
        "  return middle() + LOW;",
        "}",
        "",
    ]


def test_modules_of_another_folder_are_found(tmp_path: Path) -> None:
    (tmp_path / "viewer").mkdir()
    (tmp_path / "strip").mkdir()
    modules(tmp_path / "viewer", walk="export class Walk {}\n")
    entry = modules(tmp_path / "strip", strip='import { Walk } from "../viewer/walk.js";\nWalk;\n')
    assert joined(entry) == "class Walk {}\n\nWalk;\n"


def test_words_inside_the_code_are_left_alone(tmp_path: Path) -> None:
    text = 'const words = "import { a } from b";\n  // export const is for modules\n'
    assert joined(modules(tmp_path, entry=text)) == text


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"a": "export const X = 1;\n", "b": 'import { X } from "./a.js";\nlet X = 2;\n'}, "X is"),
        ({"a": 'import { b } from "./b.js";\n', "b": 'import { a } from "./a.js";\n'}, "itself"),
        ({"a": 'import * as b from "./b.js";\n'}, "cannot join 'import "),
        ({"a": 'import { b } from "library";\n'}, "cannot join 'import "),
        ({"a": "const x = 1;\nexport { x };\n"}, "cannot join 'export "),
        (
            {
                "a": "const x = 1;\nexport default function a() {}\n",
                "b": 'import { a } from "./a.js";\n',
            },
            "a.js",
        ),
    ],
)
def test_what_cannot_be_joined_is_refused(tmp_path: Path, texts: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        joined(modules(tmp_path, **texts))


def test_a_module_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"gone\.js"):
        joined(modules(tmp_path, entry='import { gone } from "./gone.js";\n'))


def test_scripts_of_the_pages_stay_small() -> None:
    assert len(SCRIPTS) > 20
    long = [path.name for path in SCRIPTS if len(path.read_text("utf-8").splitlines()) > 300]
    assert long == []
