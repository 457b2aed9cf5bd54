"""The form of the Train page: what to train, on which films, for how long."""

from dataclasses import dataclass

import streamlit as st

from pages.ui.cache import dataset_links, manifest_of
from pages.ui.cautions import Caution, cautions, leak_caution
from pages.ui.words import count, duration, films, join
from xray_core.data.catalogue import Dataset, list_datasets
from xray_core.data.labels import label_title
from xray_core.data.records import Manifest, combine_manifests
from xray_core.errors import RunError
from xray_core.networks.registry import NETWORKS
from xray_core.runs.status import ACTIVE, read_status
from xray_core.runs.store import list_runs
from xray_core.training.config import TrainingConfig

PRESETS = {"Quick look": 4, "Balanced": 12, "Best": 30}
PRESET_WORDS = {
    "Quick look": "Shows that all works; the scores mean little.",
    "Balanced": "A fair first model.",
    "Best": "Trains until it no longer gets better.",
}
TRAIN_SHARE = 0.7
START_SECONDS = 15
SIZES_PX = (96, 128, 160, 224, 288, 384)


@dataclass(frozen=True)
class Plan:
    """What the form asks for.

    Attributes:
        datasets: to train on together.
        manifest: all their films.
        config: the settings.
        keep_own_split: keep the test films that the data sets name.
        hindrance: why it can't start; "" when it can.
    """

    datasets: tuple[Dataset, ...]
    manifest: Manifest
    config: TrainingConfig
    keep_own_split: bool
    hindrance: str

    @property
    def cautions(self) -> tuple[Caution, ...]:
        """What in the films can mislead the model."""
        leaks = (
            dataset_links(self.manifest, self.manifest.hash).leaks if self.keep_own_split else ()
        )
        return (*cautions(self.manifest), *leak_caution(leaks))


def training_form() -> Plan:
    """All fields.

    Raises:
        XrayError: a data set can't be read, or a value is out of range.
    """
    known = {dataset.name: dataset for dataset in list_datasets()}
    if "train_datasets" not in st.session_state:
        kept = st.session_state.get("kept_dataset")
        st.session_state["train_datasets"] = [kept if kept in known else next(iter(known))]
    names = st.multiselect(
        "Data sets", list(known), format_func=lambda name: known[name].title, key="train_datasets"
    )
    datasets = tuple(known[name] for name in names)
    network = st.selectbox(
        "Network",
        list(NETWORKS),
        format_func=lambda name: NETWORKS[name].title,
        key="train_network",
    )
    preset = st.segmented_control(
        "How long",
        list(PRESETS),
        default="Quick look",
        required=True,
        key="train_preset",
    )
    st.caption(f"At most {PRESETS[preset]} passes over the films. {PRESET_WORDS[preset]}")
    manifest = combine_manifests(manifest_of(name) for name in names)
    config, keep_own = _advanced(str(network), PRESETS[preset], manifest)
    st.caption(_summary(manifest, config))
    return Plan(datasets, manifest, config, keep_own, _hindrance(datasets, manifest))


def _advanced(network: str, epochs: int, manifest: Manifest) -> tuple[TrainingConfig, bool]:
    default = TrainingConfig(network)
    sizes = sorted({*SIZES_PX, default.image_size_px})
    has_split = any(record.split == "test" for record in manifest.records)
    with st.expander("Advanced settings", icon=":material/tune:"):
        left, right = st.columns(2)
        with left:
            size_px = st.selectbox(
                "Image size, px",
                sizes,
                index=sizes.index(default.image_size_px),
                key=f"train_size_{network}",
                help="Larger films show finer detail and take longer.",
            )
            batch = st.number_input("Batch size", 1, 1024, default.batch_size)
            patience = st.number_input(
                "Patience, epochs",
                1,
                1000,
                default.patience,
                help="Stops when the validation loss has not fallen for so many epochs.",
            )
        with right:
            epochs = st.number_input("Most epochs", 1, 1000, epochs, key=f"train_epochs_{epochs}")
            rate = st.number_input(
                "Learning rate", 1e-6, 1.0, default.learning_rate, step=1e-4, format="%.5f"
            )
            seed = st.number_input("Seed", 0, 2**31 - 1, default.seed)
        augment = st.toggle(
            "Vary the training films",
            default.augment,
            help="Small turns, shifts, brightness. Never mirrored: the heart stays where it is.",
        )
        weigh = st.toggle("Rare classes weigh more", default.class_weights)
        keep_own = st.toggle(
            "Keep the data set's own test films",
            disabled=not has_split,
            help="Off: films are divided by patient, with near-duplicates together."
            if has_split
            else "No data set chosen here names test films.",
        )
    config = TrainingConfig(
        network,
        epochs=epochs,
        image_size_px=size_px,
        batch_size=batch,
        learning_rate=rate,
        patience=patience,
        augment=augment,
        class_weights=weigh,
        seed=seed,
    )
    return config, keep_own and has_split


def _hindrance(datasets: tuple[Dataset, ...], manifest: Manifest) -> str:
    if not datasets:
        return "Choose a data set."
    if len(manifest.classes) < 2:
        return "A model needs films of at least two classes."
    if len({dataset.reader for dataset in datasets}) > 1:
        return "These data sets are arranged in different ways: train on them one at a time."
    return ""


def _summary(manifest: Manifest, config: TrainingConfig) -> str:
    """How many films of what, and how long it may take."""
    n_films = len(manifest.usable.records)
    if not n_films:
        return "No films yet."
    words = f"{films(n_films).capitalize()}: {join([label_title(c) for c in manifest.classes])}."
    speed = _last_speed(config)
    if not speed:
        return words + " How long it takes shows after the first steps."
    seconds = START_SECONDS + TRAIN_SHARE * n_films * config.epochs / speed
    return (
        f"{words} About {duration(seconds)} at most, at the {count(round(speed))} films/s "
        "of the last training."
    )


def _last_speed(config: TrainingConfig) -> float:
    """Films per second of the newest run with this network and film size; 0 for none."""
    wanted = (config.network, config.image_size_px)
    for run in list_runs():
        if run.shipped or (run.network, run.image_size_px) != wanted:
            continue
        try:
            status = read_status(run.path)
        except RunError:  # the list of models says that it is damaged
            continue
        if status.get("state") not in ACTIVE and status.get("films_per_second"):
            return float(status["films_per_second"])
    return 0.0
