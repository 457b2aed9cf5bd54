"""The gate before any answer: what it lets through, what it stops, kind by kind, and how long."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
from sklearn.metrics import roc_auc_score

from xray_core.arrays import UInt8Array
from xray_core.benchmarks import gate_films, gate_pictures
from xray_core.benchmarks.timing import Row, clock
from xray_core.data.decoding.images import Film, resize_image, to_uint8
from xray_core.data.phantom import make_phantom
from xray_core.evaluation.intervals import wilson
from xray_core.lungs.unet import FILM_PX as LUNGS_PX
from xray_core.opinion.gate import variations
from xray_core.opinion.gate.checking import check, judge
from xray_core.opinion.gate.network import Seen, look, shrink
from xray_core.opinion.gate.result import GateResult
from xray_core.opinion.gate.thresholds import cut_films

N_FILMS = 300
N_DRAWN = 100
ROUNDS = 25
TIMED_PX = 1024
SYNTHETIC = "synthetic films"
DRAWN = "drawn here by other code than that of the fit"
PLANTED = "planted on films that no fit and no threshold used"
Expected = Callable[[GateResult], bool]
Score = Callable[[Seen], float]


@dataclass(frozen=True)
class Kind:
    """What is expected of pictures of one kind.

    Attributes:
        expected: in words; `wanted` is the share of pictures that shall meet it.
        wanted: a share, or None.
        met: whether the gate did what is expected.
        score: what separates such pictures from frontal films; None where nothing is scored.
    """

    expected: str
    wanted: float | None
    met: Expected
    score: Score | None = None


def _odd(seen: Seen) -> float:
    return 1 - seen.shows["frontal"]


def _has(kind: str, value: int | None = None) -> Expected:
    return lambda result: any(
        item.kind == kind and value in (None, item.value) for item in result.findings
    )


def _share(name: str) -> Score:
    return lambda seen: seen.share[name]


def _turned(degrees: int) -> Kind:
    def score(seen: Seen) -> float:
        return seen.turn[degrees]

    return Kind(f"turned by {degrees}", 0.98, _has("turned", degrees), score)


THROUGH = Kind("through", 0.95, lambda result: result.passed)
STOPPED = Kind("stopped", 0.98, lambda result: not result.passed, _odd)
LATERAL = Kind("stopped", 0.9, lambda result: not result.passed, _odd)
UNKNOWN = Kind("stopped", None, lambda result: not result.passed, _odd)
INVERTED = Kind("inverted", 0.99, _has("inverted"), _share("inverted"))
MIRRORED = Kind("noted as mirrored", 0.8, _has("mirrored"), _share("mirrored"))
CUT = Kind(
    "noted as cut, or stopped",
    0.9,
    lambda result: result.has("cut") or not result.passed,
    _share("cut"),
)
PHOTOGRAPHED = Kind(
    "noted as photographed, or stopped",
    None,
    lambda result: result.has("photographed") or not result.passed,
    _share("photographed"),
)
KINDS_OF_OTHERS = {"lateral": LATERAL, "limb": STOPPED, "slice": STOPPED, "picture": STOPPED}
DRAWINGS = {
    "documents": (gate_pictures.document, STOPPED),
    "noise": (gate_pictures.noise, STOPPED),
    "hands drawn with a pen": (gate_pictures.sketch_of_a_hand, STOPPED),
    "charts": (gate_pictures.chart, UNKNOWN),
    "screenshots": (gate_pictures.screenshot, UNKNOWN),
    "fans of echoes": (gate_pictures.fan_of_echoes, UNKNOWN),
    "sections of a head": (gate_pictures.section_of_a_head, UNKNOWN),
}


def bench_gate(data: Path | None = None, n_films: int = N_FILMS) -> list[Row]:
    """What the shipped gate does with pictures of each kind.

    Args:
        data: a folder that holds any of the data sets and tables named in `gate_films`; None takes
            synthetic films, drawings and the sample pictures of scikit-image alone.
        n_films: films on which each fault is planted, at most.

    Returns:
        Rows with `kind`, `source`, `expected`, `wanted` (a share, or None), `n`, `share` (of the
        pictures that met what is expected), `low` and `high` (95 % Wilson interval), `auroc` of
        these pictures against all frontal films (None where nothing is scored) and `rests_on`; at
        the end one with `kind` `time` and `milliseconds` a film (median).

    Raises:
        DatasetError: a data set or table is there and cannot be read.
        WeightsError: the weights of the gate, or of the network that finds lungs, are missing.
    """
    rng = np.random.default_rng(0)
    synthetic = [to_uint8(make_phantom(label, seed).image) for label, seed in gate_films.SYNTHETIC]
    films = gate_films.test_films(data) if data else []
    upright = [film.pixels for film in films] or synthetic
    against = _seen(upright)
    rows = [_row("frontal films", SYNTHETIC, THROUGH, synthetic, against, "drawn by this program")]
    for source, pictures in gate_films.by_source(films):
        rows.append(_row("frontal films", source, THROUGH, pictures, against, gate_films.UNUSED))
    rows += _drawings(against, rng)
    rows += _planted(upright[:: max(1, len(upright) // n_films)][:n_films], against, rng)
    for name, pictures, rests_on in gate_films.other_pictures(data):
        kind = KINDS_OF_OTHERS[name]
        rows.append(_row(gate_films.TITLES[name], "", kind, pictures, against, rests_on))
    rows += [
        _judged(kind, source, EXPECTED[expected], results, gate_films.UNUSED)
        for kind, source, expected, results in gate_films.folders(data)
    ]
    return [*rows, {"kind": "time", "milliseconds": _milliseconds()}]


EXPECTED = {
    "through": THROUGH,
    "stopped": STOPPED,
    "inverted": INVERTED,
    "turned by 90": _turned(90),
    "turned by 180": _turned(180),
}
"""What `gate_films.folders` expects, by name."""


def _drawings(against: Sequence[Seen], rng: np.random.Generator) -> Iterator[Row]:
    for name, (draw, kind) in DRAWINGS.items():
        pictures = [draw(rng) for _ in range(N_DRAWN)]
        yield _row(name, "drawn", kind, pictures, against, DRAWN)


def _planted(
    films: Sequence[UInt8Array], against: Sequence[Seen], rng: np.random.Generator
) -> Iterator[Row]:
    faults: dict[str, tuple[Kind, list[UInt8Array]]] = {
        "inverted": (INVERTED, [255 - film for film in films]),
        "mirrored": (MIRRORED, [film[:, ::-1] for film in films]),
        "lungs cut off": (CUT, _cut(films, rng)),
        "light box or screen": (
            PHOTOGRAPHED,
            [gate_pictures.on_a_light_box(film, rng) for film in films],
        ),
    }
    for degrees in (90, 180, 270):
        turned = [variations.turn(film, degrees) for film in films]
        faults[f"turned {degrees}"] = (_turned(degrees), turned)
    for name, (kind, pictures) in faults.items():
        yield _row(name, "planted", kind, pictures, against, PLANTED)


def _cut(films: Sequence[UInt8Array], rng: np.random.Generator) -> list[UInt8Array]:
    """Films cropped on one side so that at least a quarter of the lungs is gone."""
    small = [
        to_uint8(resize_image(film.astype(np.float32) / np.float32(255), LUNGS_PX))
        for film in films
    ]
    return cut_films(np.stack(small), rng)


def _seen(pictures: Sequence[UInt8Array]) -> list[Seen]:
    return look(np.stack([shrink(np.ascontiguousarray(picture)) for picture in pictures]))


def _row(
    name: str,
    source: str,
    kind: Kind,
    pictures: Sequence[UInt8Array],
    against: Sequence[Seen],
    rests_on: str,
) -> Row:
    seen = _seen(pictures) if pictures else []
    results = [judge(picture, one) for picture, one in zip(pictures, seen, strict=True)]
    row = _judged(name, source, kind, results, rests_on)
    if kind.score and seen:
        scores = [kind.score(one) for one in (*seen, *against)]
        truth = [1] * len(seen) + [0] * len(against)
        row["auroc"] = round(float(roc_auc_score(truth, scores)), 4)
    return row


def _judged(
    name: str, source: str, kind: Kind, results: Sequence[GateResult], rests_on: str
) -> Row:
    n = len(results)
    share = sum(map(kind.met, results)) / n if n else None
    low, high = wilson(share, n) if share is not None else (None, None)
    numbers = {"share": share, "low": low, "high": high}
    return {
        "kind": name,
        "source": source,
        "expected": kind.expected,
        "wanted": kind.wanted,
        "n": n,
        **{key: None if value is None else round(value, 4) for key, value in numbers.items()},
        "auroc": None,
        "rests_on": rests_on,
    }


def _milliseconds() -> float:
    film = Film(make_phantom("normal", 0, size_px=TIMED_PX).image)
    check(film)
    return round(1000 * median(clock(lambda: check(film)) for _ in range(ROUNDS)), 2)
