"""A command as a user runs one, for the tests that interrupt or kill it.

Arguments: backend, home, shelf, checkpoints, and the boxes as JSON. It ends as the real one does.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from tests.pulumi.engine.shelf import finder, program

from tablewright.engine import Checkpoints, EngineStack, Notice, find_engine
from tablewright.errors import TablewrightError


def main(states: str, home: str, shelf: str, checkpoints: str, boxes: str) -> int:
    stack = EngineStack(
        find_engine(lambda _: None),
        "shelf-tests",
        "dev",
        backend=states,
        home=Path(home),
        environment={**os.environ, "SHELF": shelf},
    )
    try:
        stack.up(
            program(*json.loads(boxes)),
            observe=lambda each: say(each.message) if isinstance(each, Notice) else None,
            finder=finder(Path(shelf)),
            checkpoints=Checkpoints(checkpoints),
        )
    except TablewrightError as error:
        say(str(error))
        return error.exit_status
    return 0


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
