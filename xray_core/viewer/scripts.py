"""Joins the ES modules of a component to the one script that a component is given.

Modules import each other by `import { name } from "./other.js";` and export by writing `export`
before a declaration. `joined` puts every module after those that it imports and takes both words
away, so that nothing has to be built before the app starts; names at the top of the modules must
therefore differ.
"""

import re
from collections import Counter
from pathlib import Path

SCRIPTS = Path(__file__).parent
"""Where the modules of the viewer lie; the entry of the app is `component.js`."""

_IMPORT = re.compile(r'^import \{[^}]*\} from "(\.{1,2}/[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const|let) )", re.MULTILINE)
_LEFT = re.compile(r"^(?:import\b|export\b(?! default function )).*", re.MULTILINE)
_NAME = re.compile(
    r"^(?:export default )?(?:async function|function|class|const|let) (\w+)", re.MULTILINE
)


def joined(entry: Path) -> str:
    """One ES module of the entry and all that it imports; the entry's default export stays.

    Raises:
        OSError: a module is not there.
        ValueError: modules import each other in a circle, two have the same name at the top, or
            one imports or exports in another form than the two above.
    """
    texts: dict[Path, str] = {}
    _collect(entry.resolve(), texts, ())
    script = "\n".join(texts.values())
    twice = [name for name, count in Counter(_NAME.findall(script)).items() if count > 1]
    if twice:
        raise ValueError(f"{entry.name}: {', '.join(twice)} is declared by more than one module.")
    return script


def _collect(module: Path, texts: dict[Path, str], above: tuple[Path, ...]) -> None:
    if module in above:
        raise ValueError(f"{module.name} imports itself by way of {above[-1].name}.")
    if module in texts:
        return
    source = module.read_text(encoding="utf-8")
    for other in _IMPORT.findall(source):
        _collect((module.parent / other).resolve(), texts, (*above, module))
    text = _EXPORT.sub("", _IMPORT.sub("", source))
    left = _LEFT.search(text)
    if left and not (left[0].startswith("export default") and not above):
        raise ValueError(f"{module.name}: cannot join {left[0]!r}.")
    if above and "\nexport default" in text:
        raise ValueError(f"{module.name}: only {above[0].name} may have a default export.")
    texts[module] = text
