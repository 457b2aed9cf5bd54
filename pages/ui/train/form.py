"""The form of the Train page: what to train, on which films, for how long."""

from dataclasses import dataclass

import streamlit as st

from pages.ui.dataset.cautions import Caution, cautions, leak_caution
from pages.ui.shared import session, visit
from pages.ui.shared.cache import dataset_links
from pages.ui.shared.manifests import manifest_of
from pages.ui.shared.pickers import start_words
from pages.ui.shared.words import films, plain
from pages.ui.train import settings
from pages.ui.train.augment_preview import augment_fields, augment_preview
from pages.ui.train.fields import draw_settings
from pages.ui.train.settings import FILE, IMAGENET, RANDOM, chosen_network, presets, value_of
from xray_core.data.catalogue import Dataset, list_datasets
from xray_core.data.labels import label_title
from xray_core.data.records import Manifest, combine_manifests
from xray_core.errors import WeightsError
from xray_core.jobs.estimate import split_counts
from xray_core.jobs.speeds import known_blocks
from xray_core.networks.registry import NETWORKS
from xray_core.training.config import EVERYTHING, TrainingConfig
from xray_core.wording import join

PRESET_WORDS = {
    "Quick look": "Checks that everything works; the scores mean little.",
    "Balanced": "A reasonable first model.",
    "Best": "Trains until it no longer improves.",
}
START_TITLES = {IMAGENET: "ImageNet", RANDOM: "Random weights", FILE: "Weights file"}
SIZES_PX = (96, 128, 160, 192, 224, 288, 384)


@dataclass(frozen=True)
class Plan:
    """What the form asks for.

    Attributes:
        datasets: to train on together.
        manifest: all their films.
        config: the settings.
        keep_own_split: keep the test films that the data sets name.
        hindrance: why it cannot start; "" when it can.
    """

    datasets: tuple[Dataset, ...]
    manifest: Manifest
    config: TrainingConfig
    keep_own_split: bool
    hindrance: str

    @property
    def cautions(self) -> tuple[Caution, ...]:
        """What in the films can mislead the model."""
        leaks = dataset_links(self.manifest).leaks if self.keep_own_split else ()
        return (*cautions(self.manifest), *leak_caution(leaks))

    @property
    def counts(self) -> tuple[int, int, int]:
        """Approximate numbers of films for training, validation and test."""
        records = self.manifest.usable.records
        own = sum(record.split == "test" for record in records)
        return split_counts(len(records), own if self.keep_own_split else None)


def training_form() -> Plan:
    """All fields.

    Raises:
        XrayError: a data set cannot be read, or a value is out of range.
    """
    settings.fill_state()
    known = {dataset.name: dataset for dataset in list_datasets()}
    names = _pick_datasets(known)
    datasets = tuple(known[name] for name in names)
    st.selectbox(
        "Network",
        list(NETWORKS),
        format_func=_network_title,
        key=session.setting("network").name,
        on_change=settings.network_changed,
    )
    hindrance = _start_line()
    _pick_preset()
    manifest = combine_manifests(manifest_of(name) for name in names)
    keep_own = _advanced(manifest)
    settings.keep_state()
    config = settings.chosen_config()
    if n_films := len(manifest.usable.records):
        classes = plain(join([label_title(label) for label in manifest.classes]))
        st.caption(f"{films(n_films).capitalize()}: {classes}.")
    return Plan(datasets, manifest, config, keep_own, _hindrance(datasets, manifest) or hindrance)


def _pick_datasets(known: dict[str, Dataset]) -> list[str]:
    wanted = session.TRAIN_DATASETS.get()
    if wanted is None:
        wanted = session.TRAIN_DATASETS_BEFORE.get()
    if wanted is None:
        before = visit.DATASET_BEFORE.get()
        wanted = [before if before in known else next(iter(known))]
    session.TRAIN_DATASETS.put([name for name in wanted if name in known])
    names = st.multiselect(
        "Data sets",
        list(known),
        format_func=lambda name: known[name].title,
        key=session.TRAIN_DATASETS.name,
        wrap=True,
    )
    session.TRAIN_DATASETS_BEFORE.put(names)
    return names


def _network_title(name: str) -> str:
    start = "ImageNet" if NETWORKS[name].pretrained else "random"
    return f"{NETWORKS[name].title}, {start_words(start)}"


def _start_line() -> str:
    """Where the training starts, in words.

    Returns:
        Why it cannot; "" when it can.
    """
    if settings.starts_from_nothing_named():
        return "Name the weights file to start from, under “Advanced settings”."
    network = chosen_network()
    try:
        start = settings.chosen_start()
    except WeightsError as error:
        st.caption(f":orange[:material/warning: {plain(f'{error.what} {error.fix}')}]")
        return error.what
    if start.kind == "random":
        st.caption("It starts from random weights: nothing has been learnt yet.")
    elif not start.path:
        st.caption(
            f":material/download: The ImageNet weights of {network.title} are not on this machine: "
            "they are downloaded when the training starts."
        )
    else:
        st.caption(f"It {plain(start_words(start.title))}: the weights are on this machine.")
    return ""


def _pick_preset() -> None:
    config = settings.chosen_config()
    st.segmented_control(
        "How long",
        list(presets(pretrained=config.pretrained)),
        key=session.setting("preset").name,
        on_change=settings.preset_chosen,
    )
    words = PRESET_WORDS.get(value_of("preset") or "", "Custom settings.")
    st.caption(f"{_epoch_words(config)} {words}")


def _epoch_words(config: TrainingConfig) -> str:
    """How many passes over the films, in words."""
    passes = f"at most {config.epochs} pass{'es' * (config.epochs != 1)} over the films"
    if not config.head_epochs:
        return f"{passes.capitalize()}."
    if not config.epochs:
        return "Only the last layer is trained; the rest of the network stays unchanged."
    return f"First only the last layer is trained, then the network: {passes}."


def _advanced(manifest: Manifest) -> bool:
    """Everything else.

    Returns:
        Whether the data sets' own test films are kept.
    """
    has_split = any(record.split == "test" for record in manifest.usable.records)
    with st.expander(
        "Advanced settings",
        icon=":material/tune:",
        key="train_advanced",
        on_change="rerun",  # kept by the session: the end of a training does not fold it
    ):
        _start_fields()
        left, right = st.columns(2)
        with left:
            _image_size()
            draw_settings("batch")
            _epochs()
            draw_settings("stop")
        with right:
            draw_settings("steps")
        draw_settings("classes")
        keep_own = st.toggle(
            "Keep the data set's own test films",
            key="train_keep_own",
            disabled=not has_split,
            help="Off: films are split by patient, with near-duplicates kept together."
            if has_split
            else "None of the chosen data sets declares test films.",
        )
        draw_settings("end")
        augment_fields()
    if value_of("augment") and manifest.usable.records:
        shares = {name: float(value_of(name)) for name in ("tone_mixing", "lung_focus")}
        augment_preview(manifest, int(value_of("image_size_px")), **shares)
    return bool(keep_own and has_split)


def _start_fields() -> None:
    starts = [start for start in START_TITLES if start != IMAGENET or chosen_network().pretrained]
    st.selectbox(
        "Start from",
        starts,
        format_func=START_TITLES.__getitem__,
        key=session.setting("start").name,
        on_change=settings.start_changed,
        help="A network pretrained on ImageNet pictures needs fewer films.",
    )
    if value_of("start") == FILE:
        st.text_input(
            "Weights file",
            key=session.setting("weights_file").name,
            placeholder="models/…/weights.npz",
            help="On this machine: .npz, .h5 or .keras.",
        )


def _image_size() -> None:
    network = chosen_network()
    sizes = {*SIZES_PX, network.image_size_px, value_of("image_size_px")}
    st.selectbox(
        "Image size, px",
        sorted(px for px in sizes if px >= network.min_size_px),
        key=session.setting("image_size_px").name,
        help="Larger films show finer detail and take longer.",
    )


def _epochs() -> None:
    if settings.chosen_weights() == RANDOM:
        st.number_input("Maximum epochs", 1, 1000, key=session.setting("epochs").name)
        return
    st.number_input(
        "Epochs for the last layer",
        0,
        1000,
        key=session.setting("head_epochs").name,
        help="The rest of the network stays unchanged. This is quick: every film goes through it "
        "only once.",
    )
    least = 0 if value_of("head_epochs") else 1
    session.setting("epochs").put(max(least, value_of("epochs")))
    st.number_input(
        "Maximum epochs of fine-tuning", least, 1000, key=session.setting("epochs").name
    )
    suggested = TrainingConfig(value_of("network"), weights=settings.chosen_weights())
    st.selectbox(
        "Fine-tune from",
        list(
            dict.fromkeys(
                (
                    *known_blocks(suggested.network),
                    suggested.fine_tune_from,
                    value_of("fine_tune_from"),
                    EVERYTHING,
                )
            )
        ),
        format_func=lambda block: "the first layer" if block == EVERYTHING else block,
        key=session.setting("fine_tune_from").name,
        help="Layers before this block keep their weights.",
    )


def _hindrance(datasets: tuple[Dataset, ...], manifest: Manifest) -> str:
    if not datasets:
        return "Choose a data set."
    if len(manifest.classes) < 2:
        return "A model needs films of at least two classes."
    if len({(dataset.reader, dataset.one_finding) for dataset in datasets}) > 1:
        return "These data sets have different layouts: train on them one at a time."
    return ""
