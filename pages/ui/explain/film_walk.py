"""The films of a data set in order, as the Explain page steps through them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import pandas as pd

from pages.ui.film.closer_look import look_ahead
from pages.ui.film.panel import Attributions
from pages.ui.film.picked import Picked
from pages.ui.film.viewer import Facts
from pages.ui.shared import session
from pages.ui.shared.cache import (
    facts_of_file,
    record_film,
    record_finding,
    record_lungs,
)
from pages.ui.shared.session_films import attributions_of
from pages.ui.shared.words import film_alt
from xray_core.data.decoding.images import Film
from xray_core.data.records import Manifest
from xray_core.errors import XrayError
from xray_core.explain.explained import ExplainedFilms
from xray_core.runs.store import Run

SHEET = 6
"""Films of a contact sheet where none are selected."""

MOST_OF_SHEET = 12


@dataclass(frozen=True)
class FilmWalk:
    """Films in order, and what models make of them.

    Attributes:
        manifest: the films.
        runs: the models.
        explained: of each model, its answers on all films; None while there are none.
        rows: the films to step through, as `gallery.apply_filter` leaves them.
        synthetic: whether they are synthetic.
        picked: the maps that the viewer shows; those of `explained` unless they take many passes.
        waiting: id of a run whose maps of that kind are not in `explained` yet -> the first films
            that are there, None for none.
    """

    manifest: Manifest
    runs: Sequence[Run]
    explained: Sequence[ExplainedFilms | None]
    rows: pd.DataFrame
    synthetic: bool
    picked: Picked = field(default_factory=Picked)
    waiting: Mapping[str, ExplainedFilms | None] = field(default_factory=dict)

    def at(self, place: int) -> tuple[Film, Attributions, Facts]:
        """The film at a place, the attributions of each run, and the facts for its viewer."""
        row, index = self.rows.iloc[place], int(self.rows.index[place])
        record_id = str(row["id"])
        film = record_film(self.manifest, record_id)
        quick = self.picked.is_quick(self.runs)
        attributions = {
            run.id: there.attributions(index)
            if quick and (there := self.waiting.get(run.id, one)) and index < len(there.film_ids)
            else attributions_of(run, film, *self.picked.of(run))
            for run, one in zip(self.runs, self.explained, strict=True)
        }
        tags = facts_of_file(self.manifest.path_of(self.manifest.by_id[record_id]))
        facts = Facts(
            alt=film_alt(str(row["label"])),
            caption=PurePosixPath(row["path"]).name,
            synthetic=self.synthetic,
            position=(place + 1, len(self.rows)),
            lungs=record_lungs(self.manifest, record_id),
            finding=record_finding(self.manifest, record_id),
            spacing_mm=tags.pixel_spacing_mm,
            spacing_from=tags.spacing_from,
            linked=str(row["code"]),
        )
        return film, attributions, facts

    def sheet(self, place: int, codes: Sequence[str] = ()) -> list[dict[str, object]]:
        """The films of some codes for a contact sheet, each with every model's likeliest class.

        Without any, or where none is in the list, those about a place. One that cannot be read is
        left out: the page says what is wrong with it when it is requested.
        """
        first = place // SHEET * SHEET
        about = range(first, min(first + SHEET, len(self.rows)))
        wanted = [at for at, code in enumerate(self.rows["code"]) if code in set(codes)]
        films = []
        for at in wanted[:MOST_OF_SHEET] or about:
            row, index = self.rows.iloc[at], int(self.rows.index[at])
            answers = {
                run.id: [max(one.attributions(index), key=lambda item: item.probability)]
                for run, one in zip(self.runs, self.explained, strict=True)
                if one
            }
            facts = Facts(
                alt=film_alt(str(row["label"])),
                caption=PurePosixPath(row["path"]).name,
                synthetic=self.synthetic,
                position=(at + 1, len(self.rows)),
            )
            with suppress(XrayError):
                film = record_film(self.manifest, str(row["id"]))
                films.append(look_ahead(film, self.runs, answers, facts))
        return films

    def neighbours(self, place: int) -> dict[int, dict[str, object]]:
        """-1 and +1 -> the films before and after a place, for the viewer to show at once.

        Each is prepared once as a visitor steps through; one that cannot be read is left out, as
        the page says what is wrong with it when it is requested. There are none where maps take
        many passes, or are not all there yet.
        """
        if self.waiting or not self.picked.is_quick(self.runs):
            return {}
        kept = session.FILMS_AHEAD.get()
        models = [
            (run.id, one.method, one.layer)
            for run, one in zip(self.runs, self.explained, strict=True)
            if one
        ]
        films = (self.manifest.hash, tuple(self.rows["id"]), *models)
        near: dict[tuple[object, ...], dict[str, object]] = {}
        for at in (place - 1, place, place + 1):
            if (at, *films) in kept:
                near[at, *films] = kept[at, *films]
            elif at != place and 0 <= at < len(self.rows):
                with suppress(XrayError):
                    film, attributions, facts = self.at(at)
                    near[at, *films] = look_ahead(film, self.runs, attributions, facts)
        session.FILMS_AHEAD.put(near)
        return {step: near[key] for step in (-1, 1) if (key := (place + step, *films)) in near}
