"""The command that writes the cards of a run."""

import argparse
from pathlib import Path
from typing import Any

from xray_core.arguments import json_option, run_options, takes
from xray_core.console import print_json

Arguments = argparse.Namespace


def _card_options(sub: Any) -> None:
    run_options(sub)
    sub.add_argument("--out", type=Path, help="folder to write; by default the run's own")
    json_option(sub)


@takes(_card_options)
def card(arguments: Arguments) -> None:
    """Write model card and data card of a run, as Markdown, HTML and JSON."""
    from xray_core.reports.card import write_card
    from xray_core.reports.card_facts import facts_of
    from xray_core.reports.card_files import write_cards
    from xray_core.reports.checklists import ANSWERS, CHECKLISTS, fill, read_answers
    from xray_core.runs.store import open_run
    from xray_core.settings import require_changes_allowed

    run = open_run(arguments.run, arguments.models_dir)
    if arguments.out is None:
        require_changes_allowed()
    written = write_cards(run, arguments.out or run.path)
    if arguments.out is None:
        write_card(run)
    facts, answers = facts_of(run), read_answers(run.path / ANSWERS)
    items = {name: fill(name, facts, answers) for name in CHECKLISTS}
    if arguments.json:
        print_json(
            {
                "run": run.id,
                "files": [path.as_posix() for path in written],
                "checklists": {
                    name: [item.as_json() for item in part] for name, part in items.items()
                },
            }
        )
        return
    for path in written:
        print(path)
    for name, part in items.items():
        missing = [item for item in part if not item.filled]
        print(f"{name}: {len(part) - len(missing)} of {len(part)} items filled from the run")
        for item in missing:
            print(f"  a person must fill in {item.id}: {item.asks}")
    print(f'write your answers into {ANSWERS} of the run, as {{"claim-44": "No funding."}}')
