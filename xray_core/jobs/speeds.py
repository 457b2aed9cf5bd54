"""Speeds that were measured on this machine, and the process that measures one.

The process runs the command `estimate`, once per setting, so that no page waits for it; the cache
keeps what it found.
"""

import json
import os
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil

from xray_core.files import replacing
from xray_core.jobs.estimate import Speed
from xray_core.jobs.process import detached
from xray_core.settings import PROJECT_DIR, get_settings
from xray_core.training.config import TrainingConfig

_SPEEDS = "speeds.json"
_PROBE = "measuring.json"
_LOG = "measuring.log"


def stored_speed(config: TrainingConfig) -> Speed | None:
    """What was measured with these settings before; None if nothing was."""
    facts = _read(_SPEEDS).get(_key(config))
    try:
        return Speed(**facts | {"blocks": tuple(facts["blocks"])}) if facts else None
    except (TypeError, KeyError):  # written by another version
        return None


def store_speed(config: TrainingConfig, speed: Speed) -> None:
    """Keep what was measured."""
    _write(_SPEEDS, _read(_SPEEDS) | {_key(config): asdict(speed)})


def forget_speed(config: TrainingConfig) -> None:
    """Forget what was measured with these settings."""
    _write(_SPEEDS, {key: facts for key, facts in _read(_SPEEDS).items() if key != _key(config)})


def known_blocks(network: str) -> tuple[str, ...]:
    """Where fine-tuning of this network can begin; empty before it was measured once."""
    for key, facts in _read(_SPEEDS).items():
        if key.split()[0] == network and facts.get("blocks"):
            return tuple(facts["blocks"])
    return ()


def measuring_state(config: TrainingConfig) -> str:
    """`measured`, `measuring` (this or another setting), `failed` or `new`."""
    probe = _read(_PROBE)
    if _lives(probe):
        return "measured" if stored_speed(config) else "measuring"
    if stored_speed(config):
        return "measured"
    return "failed" if probe.get("key") == _key(config) else "new"


def start_measuring(config: TrainingConfig) -> None:
    """Measure in a separate process, unless one is measuring already."""
    if _lives(_read(_PROBE)):
        return
    folder = get_settings().cache_dir
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "xray_core", "estimate", *_options(config)]
    with (folder / _LOG).open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=PROJECT_DIR,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "XRAY_CACHE_DIR": str(folder)},
            **detached(),
        )
    # Nothing waits for its end: a thread reaps it, so that it does not stay as a zombie.
    threading.Thread(target=process.wait, daemon=True).start()
    try:
        born = psutil.Process(process.pid).create_time()
    except psutil.Error:
        born = 0.0
    _write(_PROBE, {"key": _key(config), "pid": process.pid, "pid_started": born})


def stop_measuring() -> None:
    """End a running measurement: a training needs the machine for itself."""
    probe = _read(_PROBE)
    if _lives(probe):
        try:
            psutil.Process(int(probe["pid"])).terminate()
        except psutil.Error:
            return
        _write(_PROBE, {})


def _key(config: TrainingConfig) -> str:
    """Everything that changes the speed; the network comes first."""
    parts = (
        config.network,
        config.image_size_px,
        config.batch_size,
        config.fine_tune_from,
        config.precision,
        "pre-trained" if config.pretrained else "random",
        "varied" if config.augment else "as-they-are",
        *(["averaged"] if config.ema_momentum else []),
    )
    return " ".join(map(str, parts))


def _options(config: TrainingConfig) -> list[str]:
    words = [
        *("--network", config.network, "--weights", config.weights),
        *("--image-size", config.image_size_px, "--batch-size", config.batch_size),
        *("--fine-tune-from", config.fine_tune_from, "--precision", config.precision),
        *("--ema-momentum", config.ema_momentum),
    ]
    return [*map(str, words), *([] if config.augment else ["--no-augment"])]


def _lives(probe: dict[str, Any]) -> bool:
    try:
        process = psutil.Process(int(probe["pid"]))
        same = abs(process.create_time() - float(probe["pid_started"])) < 2
        return bool(same and process.status() != psutil.STATUS_ZOMBIE)
    except (psutil.Error, KeyError, ValueError, TypeError):
        return False


def _read(name: str) -> dict[str, Any]:
    """A file of the cache; whatever cannot be read counts as not there."""
    try:
        content = json.loads((get_settings().cache_dir / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write(name: str, content: dict[str, Any]) -> None:
    path: Path = get_settings().cache_dir / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as part:
        part.write_text(json.dumps(content, indent=1), encoding="utf-8")
