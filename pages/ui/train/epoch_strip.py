"""How a network's attention forms: maps of a few validation films, epoch by epoch."""

import base64
import html
import io
from collections.abc import Iterator, Sequence
from contextlib import suppress

import numpy as np
import streamlit as st
from PIL import Image

from pages.ui.shared import session
from pages.ui.shared.cache import film_of
from pages.ui.shared.manifests import manifest_at, manifest_of
from pages.ui.shared.notices import errors_shown
from pages.ui.shared.pickers import datasets_of
from xray_core.arrays import Float32Array, UInt8Array
from xray_core.data.decoding.images import resize_image
from xray_core.data.labels import label_title, order_labels
from xray_core.data.records import Manifest, Record, film_code
from xray_core.errors import XrayError
from xray_core.evaluation.probability import probability_text
from xray_core.explain.attribution import Attribution
from xray_core.explain.epochs import EpochRecord, read_epochs
from xray_core.explain.overlay import overlay
from xray_core.jobs.job import read_job
from xray_core.runs.store import EPOCH_MAPS, Run
from xray_core.viewer.classes import class_colours

CELL_PX = 112
FILMS_A_CLASS = 2
MOST_EPOCHS = 8
ALL, OWN = "", ""

_STYLE = """<style>
.epochs {overflow-x: auto; padding-bottom: 0.4rem;}
.epochs table {border-collapse: separate; border-spacing: 3px; font-size: 0.8rem;}
.epochs th {font-weight: 400; text-align: center; white-space: nowrap;}
.epochs td {padding: 0; text-align: center; vertical-align: top; line-height: 1.2; max-width: 80px;}
.epochs img {display: block; width: 80px; height: 80px; background: #000; border-radius: 3px;}
.epochs i {display: inline-block; width: 8px; height: 8px; border-radius: 50%; margin-right: 4px;
 box-shadow: 0 0 0 1px #6F7A89;}
</style>"""


def epoch_strip(run: Run) -> None:
    """The strip with its choices; nothing before the end of the first epoch."""
    path = run.path / EPOCH_MAPS
    record = None
    with errors_shown():
        record = read_epochs(path, len(run.classes))
    if record is None:
        return
    st.markdown("**Attention forming over the epochs**")
    shown, evidence = _choices(run, record)
    rows = chosen_rows(record.labels, shown)
    kept = session.EPOCH_STRIPS.hold()
    state = (path.stat().st_mtime_ns, shown, evidence)
    if run.id not in kept or kept[run.id][0] != state:
        kept.clear()
        kept[run.id] = (state, strip_table(run, record, rows, evidence))
    st.html(kept[run.id][1])
    st.caption(
        "Validation films; Grad-CAM of the class, scaled by its probability, which is given below "
        "each map. Below 0.10 no map is drawn."
    )


def chosen_rows(labels: tuple[str, ...], label: str) -> list[int]:
    """Rows of the films shown: two of each class, or all of one.

    >>> chosen_rows(("covid", "normal", "covid", "covid"), "")
    [1, 0, 2]
    >>> chosen_rows(("covid", "normal", "covid", "covid"), "covid")
    [0, 2, 3]
    """
    rows = {
        name: [row for row, own in enumerate(labels) if own == name]
        for name in order_labels(set(labels))
    }
    return rows[label] if label else [row for own in rows.values() for row in own[:FILMS_A_CLASS]]


def chosen_epochs(n_epochs: int) -> list[int]:
    """Places of the epochs shown: the first, the last, and some between.

    >>> chosen_epochs(3)
    [0, 1, 2]
    >>> chosen_epochs(36)
    [0, 5, 10, 15, 20, 25, 30, 35]
    """
    if n_epochs <= MOST_EPOCHS:
        return list(range(n_epochs))
    return [round(place * (n_epochs - 1) / (MOST_EPOCHS - 1)) for place in range(MOST_EPOCHS)]


def film_pixels(run: Run, film_ids: tuple[str, ...]) -> dict[str, Float32Array]:
    """Small films by id, as far as they are found on this machine and can be read."""
    found: dict[str, Float32Array] = {}
    for code, (manifest, record) in films_here(run, film_ids).items():
        with suppress(XrayError):
            found[code] = resize_image(film_of(manifest.path_of(record)).pixels, CELL_PX)
    return found


def films_here(run: Run, film_ids: Sequence[str]) -> dict[str, tuple[Manifest, Record]]:
    """Films that a run names by code, as far as its data sets are on this machine."""
    found: dict[str, tuple[Manifest, Record]] = {}
    for manifest in _manifests(run):
        for record in manifest.usable.records:
            if (code := film_code(record)) in film_ids:
                found.setdefault(code, (manifest, record))
    return found


def _manifests(run: Run) -> Iterator[Manifest]:
    """Listed data sets that the run was trained on, then others where its job found them.

    One that cannot be read is left out: the form says what is wrong with it.
    """
    known = datasets_of(run)
    for dataset in known:
        with suppress(XrayError):
            yield manifest_of(dataset.name)
    try:
        job = read_job(run)
    except XrayError:  # it was trained elsewhere
        return
    for path in set(job.data) - {dataset.path.resolve() for dataset in known}:
        with suppress(XrayError):
            yield manifest_at(path, job.reader, one_finding=job.one_finding)


def _choices(run: Run, record: EpochRecord) -> tuple[str, str]:
    """The class whose films are shown, and the class whose evidence is."""
    titles = {ALL: "Two of each class"} | {
        label: label_title(label) for label in order_labels(set(record.labels))
    }
    left, right = st.columns(2)
    shown = left.selectbox(
        "Films",
        list(titles),
        format_func=titles.__getitem__,
        key=f"strip_films_{run.id}",
        persist_state="session",
    )
    classes = {OWN: "The film's own label"} | {label: label_title(label) for label in run.classes}
    evidence = right.selectbox(
        "Evidence for",
        list(classes),
        format_func=classes.__getitem__,
        key=f"strip_for_{run.id}",
        persist_state="session",
    )
    return str(shown), str(evidence)


def strip_table(run: Run, record: EpochRecord, rows: list[int], evidence: str) -> str:
    """Rows of films, columns of epochs."""
    pixels = film_pixels(run, tuple(record.film_ids[row] for row in rows))
    places = chosen_epochs(len(record.epochs))
    phases = _phases(run)
    heads = "".join(f"<th>{_epoch_title(record.epochs[place], phases)}</th>" for place in places)
    lines = [f"<tr><th>film</th>{heads}</tr>"]
    colours = class_colours(set(record.labels))
    for row in rows:
        label = record.labels[row]
        film = pixels.get(record.film_ids[row], np.zeros((CELL_PX, CELL_PX), np.float32))
        column = run.classes.index(evidence or label)
        title = html.escape(label_title(label))
        name = f"<i style='background: {colours[label]}'></i>{title}"
        cells = [f"<td>{_img(_grey(film), f'Film labelled {title}')}{name}</td>"]
        for place in places:
            attribution = Attribution(
                record.maps[place, row, column].astype(np.float32),
                "grad_cam",
                run.classes[column],
                float(record.probabilities[place, row, column]),
            )
            probability = probability_text(attribution.probability)
            alt = f"After epoch {record.epochs[place]}: probability {probability}"
            cells.append(f"<td>{_img(overlay(film, attribution), alt)}{probability}</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    missing = sum(record.film_ids[row] not in pixels for row in rows)
    note = "" if not missing else _missing_note(missing, len(rows))
    return f"{_STYLE}<div class='epochs' tabindex='0'><table>{''.join(lines)}</table></div>{note}"


def _missing_note(missing: int, n: int) -> str:
    whose = "These films are" if missing == n else f"{missing} of these {n} films are"
    return f"<p>{whose} not on this machine: their maps are drawn on black.</p>"


def _phases(run: Run) -> dict[int, str]:
    """Epoch -> phase, where a training has several."""
    history = run.history()
    if "phase" not in history or history["phase"].nunique() < 2:
        return {}
    return dict(zip(history["epoch"], history["phase"], strict=True))


def _epoch_title(epoch: int, phases: dict[int, str]) -> str:
    return f"epoch {epoch}" + (f"<br>{html.escape(phases[epoch])}" if epoch in phases else "")


def _grey(film: Float32Array) -> UInt8Array:
    return np.round(film * 255).astype(np.uint8)


def _img(pixels: UInt8Array, alt: str) -> str:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "WEBP", quality=80)
    code = base64.b64encode(buffer.getvalue()).decode()
    return f"<img src='data:image/webp;base64,{code}' alt='{alt}'>"
