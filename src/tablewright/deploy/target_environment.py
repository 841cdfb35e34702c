"""Where a stack is deployed: the target with its clients, the engine's environment, the backend."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tablewright.aws.session import Session
from tablewright.aws.target import Target
from tablewright.engine import Engine, EngineStack, PreviewAhead, Tagging


@dataclass(frozen=True)
class TargetEnvironment:
    """A target made ready.

    Args:
        kind: `sandbox` or `aws`.
        label: how people read of it: `sandbox`, `AWS`.
        target: who is asked, as whom.
        region: the stack's.
        environment: what the engine and its providers run under, besides the engine's own settings.
        backend: URL of the stack's state.
        home: the engine's own folder, in which our provider is its `aws` plug-in; None is the
            user's, where Pulumi's plug-in is, or is downloaded to.
        world: of the sandbox (`Instance.id`), where its stack's state is not in its own folder.
        progress: told in words when AWS keeps a call of ours waiting.
        config: of the engine's `aws` provider, besides the region.
        served_by: which process serves our provider, where that is not this one.
    """

    kind: str
    label: str
    target: Target
    region: str
    environment: Mapping[str, str]
    backend: str
    home: Path | None
    world: str | None = None
    progress: Callable[[str], None] = lambda _: None
    config: Mapping[str, str] = field(default_factory=dict)
    served_by: str = ""

    @cached_property
    def session(self) -> Session:
        """Clients of the target in the stack's region; botocore is imported at first use."""
        return Session(self.target, region=self.region, tell=self.progress)

    def engine_stack(
        self,
        engine: Engine,
        project: str,
        name: str,
        declared: int = 0,
        *,
        tagging: Tagging | None = None,
        ahead: PreviewAhead | None = None,
    ) -> EngineStack:
        """The engine's stack in this place; the arguments are those of `EngineStack`."""
        return EngineStack(
            engine,
            project,
            name,
            backend=self.backend,
            environment=self.environment,
            config={"aws:region": self.region, **self.config},
            home=self.home,
            tagging=tagging,
            ahead=ahead,
            declared=declared,
        )
