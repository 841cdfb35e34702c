"""Stacks of Pulumi's Automation whose runs start the engine once.

After each run Automation asks for the outputs, twice, and for the history, before it for the
engine's version and whether the stack is there: five starts, each of a third of a second of a
processor. Here a test asks for what it looks at. Nor is the engine started to make the stack.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from tests.support.sealing import Sealing

from pulumi import automation

Program = Callable[[], Any]
_NOT_ASKED = object()
"""Where Automation expects what the history says of a run."""
_AS_TABLEWRIGHT = {
    "GOGC": "400",
    "PULUMI_SKIP_CHECKPOINTS": "true",
    "PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER": "true",
}
"""As tablewright runs the engine: Go collects less, for a little more memory; the state is written
once, as that of a large stack; how it is sealed is read in it."""


class Stack(automation.Stack):
    """A stack of one project; a second one of the same name takes it over.

    Args:
        name: of the stack.
        project: its project.
        program: what it runs; may make anything but answers nothing.
        environment: the engine's; its backend is a folder, and its AWS the embedded one.
    """

    def __init__(
        self, name: str, project: str, program: Program, environment: Mapping[str, str]
    ) -> None:
        self.name = name
        self.workspace = automation.LocalWorkspace(
            program=lambda: (program(), None)[1],
            project_settings=automation.ProjectSettings(name=project, runtime="python"),
            env_vars={**_AS_TABLEWRIGHT, **environment},
            pulumi_command=_command(),
        )
        self._is_at_work = False
        backend = Path(urlsplit(environment["PULUMI_BACKEND_URL"]).path)
        self.state_file = backend / ".pulumi" / "stacks" / project / f"{name}.json"
        if not self.state_file.exists():
            Sealing(_kms(environment)).begin(self.state_file, f"organization/{project}/{name}")

    def up(self, **options: Any) -> Any:
        """What was done is counted in `change_summary`, as a preview has it; so are the others."""
        return self._run(super().up, **options)

    def refresh(self, **options: Any) -> Any:
        return self._run(super().refresh, **options)

    def destroy(self, **options: Any) -> Any:
        return self._run(super().destroy, **options)

    def outputs(self) -> automation.OutputMap:
        return {} if self._is_at_work else super().outputs()

    def info(self, show_secrets: bool = False) -> Any:  # noqa: FBT001, FBT002 - Automation's
        return _NOT_ASKED if self._is_at_work else super().info(show_secrets)

    def _run(
        self,
        run: Callable[..., Any],
        on_event: Callable[[automation.EngineEvent], None] = lambda _: None,
        **options: Any,
    ) -> Any:
        counts: dict[Any, int] = {}

        def note(event: automation.EngineEvent) -> None:
            if event.summary_event is not None:
                counts.update(event.summary_event.resource_changes)
            on_event(event)

        self._is_at_work = True
        try:
            result = run(on_event=note, **options)
        finally:
            self._is_at_work = False
        result.change_summary = counts
        return result


@cache
def _command() -> automation.PulumiCommand:
    return automation.PulumiCommand()


def _kms(environment: Mapping[str, str]) -> Any:
    return boto3.client(
        "kms",
        region_name=environment["AWS_REGION"],
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )
