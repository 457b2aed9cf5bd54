"""What CLAIM 2024 and TRIPOD+AI ask of a study, filled from evidence where there is any.

CLAIM: Tejani et al. 2024, https://doi.org/10.1148/ryai.240300. TRIPOD+AI: Collins et al. 2024,
https://doi.org/10.1136/bmj-2023-078378. The items are shortened; a name behind them is a fact of
`facts_of`, and items without one are a person's.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from xray_core.errors import RunError
from xray_core.reports.card_films import Fact

ANSWERS = "card-answers.json"
"""File of the run folder: id of an item -> what a person says to it."""

PERSON = "A person must fill this in."

_CLAIM = """
1 Kind of AI method|method
2 Abstract|
3 Background, intended use|purpose
4 Aims and hypotheses|
5 Prospective or retrospective|retrospective
6 Goal of the study|goal
7 Data sources|sources
8 Inclusion and exclusion|eligibility
9 Preprocessing|preprocessing
10 Subsets of the data|subsets
11 De-identification|deidentified
12 Missing data|missing
13 Acquisition|acquisition
14 Reference standard, how obtained|reference
15 Reference standard, why chosen|
16 Source of annotations|readers
17 Annotation of the test set|readers
18 Variability of annotators|
19 Assignment to partitions|partition
20 Level at which partitions are disjoint|disjoint
21 Intended sample size|
22 Model|model
23 Software|software
24 Initial parameters|initial
25 Training|training
26 Choice of the final model|selection
27 Ensembles|ensemble
28 Metrics|metrics
29 Uncertainty|uncertainty
30 Robustness|robustness
31 Explainability|explained
32 Internal evaluation|internal
33 External testing|external
34 Registration|
35 Numbers included|subsets
36 Characteristics of each partition|demographics
37 Performance|performance
38 Diagnostic performance and its precision|diagnostic
39 Failures|failures
40 Limitations|limits
41 Implications for practice|purpose
42 Protocol or technical details|training
43 Availability|available
44 Funding|
"""
_TRIPOD = """
1 Title|method
2 Abstract|
3a Context|purpose
3b Population and purpose|purpose
3c Health inequalities|
4 Objectives|goal
5a Sources of data|sources
5b Dates|
6a Setting|sources
6b Eligibility|eligibility
6c Treatments|
7 Preparation|preprocessing
8a Outcome|reference
8b Qualification of assessors|readers
8c Blinding of the outcome|
9a Choice of predictors|predictors
9b Predictors defined|predictors
9c Predictors assessed blind|
10 Sample size|
11 Missing data|missing
12a Use of the data|partition
12b Handling of predictors|preprocessing
12c Model and its building|training
12d Differences between clusters|clusters
12e Performance measures|metrics
12f Updating, recalibration|calibration
12g How predictions are calculated|model
13 Class imbalance|imbalance
14 Fairness|
15 Output|model
16 Development and evaluation compared|demographics
17 Ethics|
18a Funding|
18b Conflicts of interest|
18c Protocol|
18d Registration|
18e Data|sources
18f Code|available
19 Patients and public|
20a Flow|subsets
20b Characteristics|demographics
20c Development and evaluation data|demographics
21 Numbers of participants and outcomes|subsets
22 Full model|available
23a Performance with intervals|diagnostic
23b Heterogeneity|clusters
24 Results of updating|calibration
25 Interpretation|performance
26 Limitations|limits
27a Poor input|usability
27b Interaction of users|interaction
27c Next steps|
"""
CHECKLISTS = {"CLAIM 2024": ("claim", _CLAIM), "TRIPOD+AI": ("tripod", _TRIPOD)}


@dataclass(frozen=True)
class Item:
    """One item of a checklist.

    Attributes:
        id: `claim-7`, `tripod-12a`.
        asks: what it asks, shortened.
        words: what is known; "" where a person must fill it in.
        link: file or page that it rests on; "" for a person's own words.
    """

    id: str
    asks: str
    words: str
    link: str

    @property
    def filled(self) -> bool:
        """Whether there is an answer."""
        return bool(self.words)

    def as_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self) | {"filled": self.filled}


def fill(
    name: str, facts: Mapping[str, Fact], answers: Mapping[str, str] | None = None
) -> list[Item]:
    """The items of a checklist, a person's own words before what the files say.

    Args:
        name: one of `CHECKLISTS`.
        facts: as `facts_of`.
        answers: id of an item -> words.
    """
    prefix, table = CHECKLISTS[name]
    given = answers or {}
    items = []
    for line in table.strip().splitlines():
        asked, _, fact_name = line.partition("|")
        number, _, asks = asked.partition(" ")
        item_id = f"{prefix}-{number}"
        known = facts.get(fact_name, Fact("", ""))
        if words := given.get(item_id, "").strip():
            known = Fact(words, "")
        items.append(Item(item_id, asks, *known))
    return items


def item_ids() -> frozenset[str]:
    """The ids of all items."""
    return frozenset(item.id for name in CHECKLISTS for item in fill(name, {}))


def read_answers(path: Path) -> dict[str, str]:
    """What a person filled in; nothing where there is no such file.

    Raises:
        RunError: the file is no JSON object of texts, or names an item that does not exist.
    """
    if not path.is_file():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unusable(path, "it is no JSON") from error
    if not isinstance(content, dict) or not all(isinstance(v, str) for v in content.values()):
        raise _unusable(path, "it is no object of texts")
    if unknown := sorted(set(content) - item_ids()):
        raise _unusable(path, f"there is no item {unknown[0]}")
    return content


def _unusable(path: Path, why: str) -> RunError:
    return RunError(
        f"The answers could not be used: {why}.",
        where=path.name,
        fix='Write an object such as {"claim-44": "No funding."}.',
    )


def checklist_lines(name: str, items: list[Item]) -> list[str]:
    """A checklist as Markdown: how much of it is filled, and a row per item."""
    done = sum(item.filled for item in items)
    return [
        f"## {name}: {done} of {len(items)} items",
        "",
        "| item | asks | answer | from |",
        "|---|---|---|---|",
        *(
            f"| {item.id} | {item.asks} | {_cell(item.words or PERSON)} | {_cell(item.link)} |"
            for item in items
        ),
        "",
    ]


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
