"""What a report is asked about, and the parts of it as they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from tablewright.aws.reading import HOPELESS
from tablewright.errors import TablewrightError
from tablewright.report.page.content import ReportSource, SectionName

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """The options of `report` that say what it is about and where to look."""

    paths: Sequence[str]
    store: Path
    sandbox: str
    target: str = "sandbox"
    environment: str | None = None
    stack: str | None = None
    backend: str | None = None
    provider: str | None = None
    regions: Sequence[str] = ()
    profile: str | None = None
    roles: Sequence[str] = ()
    accounts: Path | None = None
    budget: str = "0.1%"
    price_file: Path | None = None
    pricing: Path | None = None
    days: int = 30


@dataclass(slots=True)
class ReportParts:
    """Reads one part after the other; what cannot be read is told with its reason.

    Args:
        now: the time of AWS.
    """

    now: Callable[[], datetime]
    sources: list[ReportSource] = field(default_factory=list)

    def ask(
        self,
        section: SectionName,
        origin: str,
        read: Callable[[], Value],
        gaps: Callable[[Value], Iterable[str]] = lambda _: (),
    ) -> Value | None:
        """What `read` answers; None where it cannot be read.

        Raises:
            CredentialsError, EndpointError, WrongTargetError: nothing else could be read either.
        """
        try:
            value = read()
        except HOPELESS:
            raise
        except TablewrightError as error:
            self.without(section, f"{error.message}; {error.next_step}", origin)
            return None
        self.sources.append(ReportSource(section, origin, self.now(), gaps=tuple(gaps(value))))
        return value

    def without(self, section: SectionName, reason: str, origin: str = "") -> None:
        """Tell why a part is not in the report."""
        self.sources.append(ReportSource(section, origin, missing=reason))
