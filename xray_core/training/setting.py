"""One setting of a training, described once: the check, the command line and the form read it.

    epochs_of_rest: int = setting(0, "epochs without any change", least=0, most=100,
                                  title="Epochs of rest", place="steps")

is all that a new option takes here; what it does is written where it is used.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

_KEY = "setting"


@dataclass(frozen=True)
class Setting:
    """What the check, the command line and the form know of one setting.

    Attributes:
        name: field of the class that declares it.
        default: value where none is given.
        help: one line for the command line.
        least, most: bounds of a number, both included; None where it has none here.
        choices: value -> title, for a setting that has a few values only.
        title: label in the form; "" where the form draws the setting by itself, or not at all.
        tip: longer help in the form.
        step: by which a number moves in the form.
        place: part of the form: `batch`, `stop`, `steps`, `classes`, `end` or `films`.
    """

    name: str
    default: Any
    help: str
    least: float | None = None
    most: float | None = None
    choices: Mapping[str, str] | None = None
    title: str = ""
    tip: str = ""
    step: float | None = None
    place: str = ""

    @property
    def flag(self) -> str:
        """Its option: `image_size_px` is `--image-size`."""
        return "--" + self.name.removesuffix("_px").replace("_", "-")

    def problem(self, value: Any) -> tuple[str, str] | None:
        """What is wrong with a value and what would be right; None where it is fine."""
        if self.choices is not None and value not in self.choices:
            return f"{self.name} is unknown.", f"Choose one of: {', '.join(self.choices)}."
        if (
            self.least is not None
            and self.most is not None
            and not self.least <= value <= self.most
        ):
            return f"{self.name} is out of range.", f"{self.least:g} to {self.most:.10g}."
        return None


def setting(default: Any, help: str, **facts: Any) -> Any:
    """A dataclass field with its description; `facts` are further attributes of `Setting`."""
    return field(default=default, metadata={_KEY: {"help": help} | facts})


def settings_of(config: type) -> dict[str, Setting]:
    """Name -> description of every described field, in the order of the class."""
    return {
        item.name: Setting(item.name, item.default, **item.metadata[_KEY])
        for item in fields(config)
        if _KEY in item.metadata
    }
