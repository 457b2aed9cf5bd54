"""Ids of runs: `2026-11-22T074210Z-xception-3f2a` sorts by time and names the network."""

import re
import secrets
from datetime import UTC, datetime

RUN_ID = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z-[\w-]+-[0-9a-f]{4}")


def new_run_id(network: str, now: datetime | None = None) -> str:
    """An id that sorts by time and names the network: `2026-11-22T074210Z-xception-3f2a`."""
    moment = (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H%M%SZ")
    return f"{moment}-{network}-{secrets.token_hex(2)}"
