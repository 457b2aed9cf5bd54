from dataclasses import dataclass, fields

import pytest

from xray_core.arguments import build_parser
from xray_core.cli import COMMANDS
from xray_core.training.config import TrainingConfig
from xray_core.training.setting import setting, settings_of


@dataclass(frozen=True)
class Rest:
    name: str
    rest_epochs: int = setting(0, "epochs without any change", least=0, most=100)
    size_px: int = setting(64, "side")
    mood: str = setting("calm", "of the training", choices={"calm": "Calm", "wild": "Wild"})


def test_only_described_fields_are_settings_in_the_order_of_the_class() -> None:
    known = settings_of(Rest)
    assert list(known) == ["rest_epochs", "size_px", "mood"]
    assert (known["rest_epochs"].default, Rest("a").rest_epochs) == (0, 0)


def test_a_flag_leaves_out_the_unit() -> None:
    known = settings_of(Rest)
    assert (known["rest_epochs"].flag, known["size_px"].flag) == ("--rest-epochs", "--size")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("rest_epochs", 101, ("rest_epochs is out of range.", "0 to 100.")),
        ("rest_epochs", 100, None),
        ("mood", "sad", ("mood is unknown.", "Choose one of: calm, wild.")),
        ("mood", "wild", None),
        ("size_px", 10**6, None),
    ],
)
def test_a_wrong_value_is_named_with_what_would_be_right(
    name: str, value: object, words: tuple[str, str] | None
) -> None:
    assert settings_of(Rest)[name].problem(value) == words


def test_the_command_line_knows_every_setting() -> None:
    described = set(settings_of(TrainingConfig))
    assert described == {field.name for field in fields(TrainingConfig)} - {"network"}
    words = ["train", "--data", "films", "--network", "small_cnn"]
    parsed = build_parser(COMMANDS).parse_args(words)
    for name, item in settings_of(TrainingConfig).items():
        assert getattr(parsed, name) == item.default, name
