"""Write `docs/api.md` from the docstrings of the public names: `python -m docs.make_api`."""

import inspect
import re
from pathlib import Path
from typing import Any

import xray_core

API = Path(__file__).resolve().parent / "api.md"
_TOP = """# The Python library

    pip install .            # the library and the command `thoraxlens`
    pip install ".[app]"     # and what the app needs

`import xray_core` takes a few milliseconds; what a name needs is imported when it is first used.
[tour.ipynb](tour.ipynb) walks through it, [architecture.md](architecture.md) shows what lies where.
This page is made from the docstrings by `python -m docs.make_api`.

In the examples `folder` is a data set, `manifest` the same scanned and divided, `film` one of its
films, `run` a finished training on it and `model` its classifier.
"""


def api() -> str:
    """The whole page."""
    names = sorted(xray_core.__all__, key=str.lower)
    listed = "\n".join(f"- [`{name}`](#{name.lower()})" for name in names)
    return "\n".join([_TOP, listed, "", *(_entry(name) for name in names)])


def _entry(name: str) -> str:
    found = getattr(xray_core, name)
    if isinstance(found, dict):
        rows = "\n".join(f"| `{key}` | {item.title} |" for key, item in found.items())
        head = f"## {name}\n\nBy name, with the title that is displayed:\n\n"
        return f"{head}| name | title |\n|---|---|\n{rows}\n"
    head = f"## {name}\n\n{_code(name, found)}{_doc(found)}"
    if not inspect.isclass(found) or issubclass(found, Exception):
        return head
    members = [
        f"### {name}.{key}\n\n{_code(f'{name}.{key}', member)}{_doc(member)}"
        for key, member in vars(found).items()
        if not key.startswith("_") and (inspect.isfunction(member) or isinstance(member, property))
    ]
    return "\n".join([head, *members])


def _code(name: str, found: Any) -> str:
    if isinstance(found, property):
        return f"    {name}\n\n"
    if inspect.isclass(found) and not issubclass(found, Exception):
        return ""
    signature = re.sub(r"<function <lambda> at 0x\w+>", "...", str(inspect.signature(found)))
    return f"    {name}{signature}\n\n".replace("xray_core.", "")


def _doc(found: Any) -> str:
    """A docstring with its indented parts as they are written."""
    text = inspect.getdoc(found) or ""
    first, _, rest = text.partition("\n\n")
    return f"{first}\n" + (f"\n```text\n{rest}\n```\n" if rest else "")


if __name__ == "__main__":
    API.write_text(api(), encoding="utf-8")
