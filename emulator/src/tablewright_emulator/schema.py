"""The version of what is kept, and the way from older ones.

The schema changes when a member that is kept is renamed, removed or means something else, or a kind
is. A member that is added with a default changes nothing. Every change adds a migration, so that a
state of any version since the first is opened by all that follow.

A migration is given a line as plain JSON, with kinds as in `codec`, and answers it as the next
schema has it. Lines of a snapshot are `[SECTION, CONTENT]`, those of a journal `[KIND, ...]`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from tablewright_emulator.codec import text_of

SCHEMA = 1
MIGRATIONS: Mapping[int, Callable[[Any], Any]] = {}
"""From each schema to the next."""


def migrated(line: bytes, schema: int) -> bytes:
    """A line of an older schema as the present one has it."""
    if schema == SCHEMA:
        return line
    plain = json.loads(line)
    for version in range(schema, SCHEMA):
        plain = MIGRATIONS[version](plain)
    return text_of(plain)
