"""The example programs as their own users run them: `pulumi` under `tablewright sandbox exec`."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.support.terminal import EXAMPLES, Said, Terminal


class PulumiProject:
    """A copy of an example program with a state of its own.

    Args:
        machine: where it is run.
        folder: gets the copy and the state.
        name: of the example.
        variables: the program's environment.
    """

    def __init__(self, machine: Terminal, folder: Path, name: str, **variables: str) -> None:
        shutil.copytree(EXAMPLES / "programs" / name, folder / name)
        state = folder / "state"
        state.mkdir()
        own = {
            "PULUMI_BACKEND_URL": state.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "test",
            "PULUMI_HOME": str(folder / "pulumi"),
        }
        self._terminal = replace(machine, folder=folder / name, variables={**own, **variables})

    def pulumi(self, *words: str) -> Said:
        """Run `pulumi`, which nobody has installed here but us."""
        return self._terminal.run("sandbox", "exec", "--", "pulumi", *words, "--non-interactive")

    def up(self, stack: str, **config: str) -> dict[str, Any]:
        """Deploy a stack; answers its outputs."""
        settings = [word for key, value in config.items() for word in ("-c", f"{key}={value}")]
        self.pulumi("stack", "init", stack).ended(0)
        self.pulumi("up", "--yes", "--stack", stack, *settings).ended(0)
        outputs: dict[str, Any] = self.pulumi("stack", "output", "--json", "--stack", stack).json
        return outputs
