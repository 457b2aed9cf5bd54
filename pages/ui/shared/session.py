"""Every key of a visitor's session, page by page: name, type, and value until one is kept.

`visit.py` lists the keys that all pages share. The key of a widget stands here if code reads the
widget's value from the session, or sets it; a widget whose answer is used only where it is drawn
names its key there. Streamlit forgets the value of a widget when its page is left: `kept.py` brings
it back.
"""

from typing import TYPE_CHECKING, Any

from pages.ui.shared.dropped import DroppedFilms
from pages.ui.shared.kept_films import Arrival, KeptFilms
from pages.ui.shared.session_key import Key, nothing
from xray_core.arrays import UInt8Array
from xray_core.data.catalogue import Dataset
from xray_core.data.decisions import Decision
from xray_core.data.records import Record
from xray_core.errors import XrayError

if TYPE_CHECKING:
    from pages.ui.film.strip import StripItem
    from pages.ui.opinion.uploads import Upload
    from xray_core.audit.finding import AuditReport
    from xray_core.explain.explained import ExplainedFilms
    from xray_core.opinion.gate.result import GateResult
    from xray_core.opinion.opinion import Opinion
    from xray_core.opinion.reader import Commitment, ReaderWord
    from xray_core.reports.deck.basket import Basket
    from xray_core.runs.register import ModelFacts
    from xray_core.shortcuts.lab import ShortcutReport


def widget(name: str) -> Key[Any]:
    """What Streamlit keeps for the widget or component of that key; None until it is drawn."""
    return Key(name, nothing)


# Home and the film viewer.

HOME_FILM = Key[int]("home_film", int)
"""Row of the demo film that Home shows."""

FULL_FILM = Key[tuple[str, str, int]]("full_film", lambda: ("", "", 0))
"""Id of the film whose pixels were looked at last, its picture in full size and its longer side."""


def viewer_on(page: str) -> Key[Any]:
    """What the film viewer of a page sent: `view`, `edit` and `nav`; None until then."""
    return widget(f"{page}_viewer")


def filling_of(viewer: str) -> Key[str]:
    """What drawn regions of the viewer of that key are filled with (widget)."""
    return Key(f"{viewer}_filling", str)


def changed_in(viewer: str) -> Key[tuple[object, Any]]:
    """The last request for the film with its regions filled, and the answer."""
    return Key(f"{viewer}_what_if", lambda: (None, None))


def moved_in(viewer: str) -> Key[tuple[object, Any]]:
    """The last request for other fillings and places, and the answer."""
    return Key(f"{viewer}_moved", lambda: (None, None))


# Explain.

EXPLAIN_FILM = Key[str]("explain_film", str)
"""Code of the film shown."""

EXPLAIN_MARKED = Key[tuple[str, ...]]("explain_marked", tuple)
"""Codes of the films that are selected in the strip."""

FILM_IN_ADDRESS = Key[str]("film_in_address", str)
"""Code of the film that the page put into its address last."""

EXPLAIN_STRIP: "Key[tuple[str, ExplainedFilms | None, list[StripItem]]]" = Key(
    "explain_strip", lambda: ("", None, [])
)
"""Key of the strip that is shown, the answers it was drawn from, and its small films."""

FILMS_AHEAD = Key[dict[tuple[object, ...], dict[str, object]]]("films_ahead", dict)
"""The films beside the one shown, ready for the viewer."""

# Second opinion.

OPINION_FILES: "Key[tuple[Upload, ...]]" = Key("opinion_files", tuple)
"""The uploaded files, in the order in which they arrived."""

OPINION_PLACE = Key[int]("opinion_place", int)
"""Place of the file shown."""

OPINION_BATCH = Key[int]("opinion_batch", int)
"""How often files were taken out of the uploader: each time, a new one replaces it."""

OPINION_ARRIVAL = Key[Arrival]("opinion_arrival", Arrival)
"""What was not kept of the files that came last."""

OPINION_FILMS = Key[KeptFilms]("opinion_films", KeptFilms)
"""The decoded films of the uploaded files."""


OPINION_STEPS = Key[dict[str, tuple[int, ...]]]("opinion_steps", dict)
"""Id of a file -> what was done to its film in turn: degrees clockwise, 0 for inverted greys."""

OPINION_WINDOWS = Key[dict[str, str]]("opinion_windows", dict)
"""Id of a file -> key of the window or look-up table that the reader chose."""

OPINION_ANYWAY = Key[set[str]]("opinion_anyway", set)
"""Ids of files that are answered although the gate stops them."""

OPINION_AGE = Key[str]("opinion_age_group", str)
"""Age group of the patients of all files that do not state it: `adult`, `child` or ""."""

OPINION_AGES = Key[dict[str, str]]("opinion_age_groups", dict)
"""Id of a file that states its patient's age -> age group that the reader chose."""

OPINION_GATES: "Key[dict[str, GateResult]]" = Key("opinion_gates", dict)
"""Id of a film -> what the gate found."""

OPINION_ANSWERS: "Key[dict[tuple[object, ...], Opinion]]" = Key("opinion_answers", dict)
"""What was asked of a film -> the answer."""

OPINION_WORDS: "Key[dict[str, ReaderWord]]" = Key("opinion_words", dict)
"""Id of a file -> what the reader makes of the answer."""

OPINION_COMMITMENTS: "Key[dict[str, Commitment]]" = Key("opinion_commitments", dict)
"""Id of a file -> what the reader said before the models were shown, and after."""


def opinion_uploader(page: str = "opinion") -> str:
    """Key of the uploader of a page; it changes whenever files were taken out of it."""
    return f"{page}_uploader_{OPINION_BATCH.get()}"


# Compare and Patterns.

COMPARE_TABS = widget("compare_tabs")
"""Title of the open tab."""

PATTERNS_FILMS = Key[str | None]("patterns_films", nothing)
"""Which films the maps are of (widget): "" for each model's test films, or a data set's name."""

PATTERNS_COMPUTE = Key[bool]("patterns_compute", bool)
"""Whether missing maps are computed in the next run of the page."""

SHORTCUTS = Key[dict[tuple[str, str], "ShortcutReport"]]("patterns_shortcuts_found", dict)
"""Run id and name of a data set -> what the lab found of the run on its films."""

PROTOTYPES = Key[dict[tuple[str, int], UInt8Array]]("patterns_prototypes", dict)
"""Run and the time of its last change -> its prototypes, uint8 (classes, height, width)."""

# Data sets.

DROPPED = Key[DroppedFilms | None]("dropped_films", nothing)
"""The films that were dropped onto the Dataset page."""

DROPS = Key[int]("drops", int)
"""How often films were dropped: each time, an empty uploader replaces the last."""

FORGOTTEN = Key[Dataset | None]("forgotten_dataset", nothing)
"""The data set that was just removed from the list."""

AUDITS = Key[dict[str, "AuditReport"]]("audits", dict)
"""Name of a data set -> what its audit found."""

LAST_DECISION = Key[tuple[Record, Decision | None] | None]("last_decision", nothing)
"""The film that was decided last, and what had been decided of it before."""

DECISION_ERROR = Key[XrayError | None]("decision_error", nothing)
"""Why the last decision could not be kept."""

ADDED_DATASET = Key[str]("added_dataset", str)
"""Title of the data set that has just been added."""

DATASET_ADDITIONS = Key[int]("dataset_additions", int)
"""How many data sets were added: each time, new forms replace those that were filled in."""

ADD_PATH = Key[str]("add_dataset_path", str)
"""Folder or index file of the data set to add (widget)."""

ADD_NAME = Key[str]("add_dataset_name", str)
"""Its name (widget)."""

ADD_READER = Key[str]("add_dataset_reader", str)
"""Its layout (widget); "" detects it."""

ADD_ONE_FINDING = Key[bool]("add_dataset_one_finding", bool)
"""Whether a film with several findings counts as the first of them (widget)."""

ADD_ERROR = Key[XrayError | None]("add_dataset_error", nothing)
"""Why the data set could not be added."""


def decision_on(film: str, kind: str) -> Key[str]:
    """What is decided of a film below a kind of finding, in words (widget)."""
    return Key(f"decision_{kind}_{film}", str)


def dataset_tabs(name: str) -> Key[Any]:
    """Title of the open tab of a data set (widget)."""
    return widget(f"tabs_{name}")


def dataset_panel(name: str) -> str:
    """Key of a folded form of the Dataset page; it changes with every addition."""
    return f"{name}_panel_{DATASET_ADDITIONS.get()}"


# Train.

TRAIN_SETTINGS = Key[dict[str, Any]]("kept_training", dict)
"""Setting of the training form -> its value, while the page is left."""

TRAIN_DATASETS = Key[list[str] | None]("train_datasets", nothing)
"""Names of the data sets to train on (widget)."""

TRAIN_DATASETS_BEFORE = Key[list[str] | None]("kept_train_datasets", nothing)
"""Their names while the page is left."""

MEASURING_SPEED = Key[bool]("train_measuring", bool)
"""Whether the page waits for the speed of this machine."""

PREVIEW_DRAW = Key[int]("train_preview_draw", int)
"""How often the preview of varied films was drawn again."""

QUEUE_ERROR = Key[XrayError | None]("queue_error", nothing)
"""Why the queue could not be changed."""

RUN_LIST_ERROR = Key[XrayError | None]("run_list_error", nothing)
"""Why a training could not be resumed, or its settings not be used."""

EPOCH_STRIPS = Key[dict[str, tuple[object, str]]]("epoch_strips", dict)
"""Run id -> what its strip was drawn from, and the strip as HTML; of the last run only."""

OWN_MODEL_FOUND: "Key[tuple[str, ModelFacts | XrayError]]" = Key(
    "own_model_looked_at", lambda: ("", XrayError(""))
)
"""Id of an uploaded model file, and what was found in it or why it is refused."""

OWN_MODEL_ADDED = Key[str]("own_model_added", str)
"""Name of the model that has just been added."""

OWN_MODEL_FILES = Key[int]("own_model_files", int)
"""How many models were added: each time, an empty uploader replaces the last."""


def setting(name: str) -> Key[Any]:
    """The value of a setting in the training form (widget)."""
    return Key(f"train_{name}", nothing)


def deleted_runs(*, own: bool) -> Key[dict[str, str]]:
    """Run id -> title of deleted models that can be restored: registered or trained here."""
    return Key("deleted_own_models" if own else "deleted_runs", dict)


def restore_error(*, own: bool) -> Key[XrayError | None]:
    """Why a model could not be deleted or restored."""
    return Key(f"{deleted_runs(own=own).name}_error", nothing)


# Slides: Compare and Present.

BASKET: "Key[Basket]" = Key("basket", tuple)
"""The slides that were collected; films among them are in memory only."""

BASKET_BEFORE: "Key[tuple[str, Basket] | None]" = Key("basket_before", nothing)
"""What was removed last, in words, and the basket as it was before."""

DECK_SHOWN: "Key[tuple[object, str]]" = Key("deck_shown", lambda: (None, ""))
"""What the deck on the page was made of, and the deck as HTML."""


def slides_of(key: str) -> Key[tuple[object, bytes]]:
    """What the slides of an export panel were made of last, and their file."""
    return Key(f"{key}_slides", lambda: (None, b""))
