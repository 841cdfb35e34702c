"""Whether this machine can deploy a stack: each thing that a run needs, and what to do about it."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final, Literal

from tablewright.aws.session import Session
from tablewright.aws.target import Target
from tablewright.engine import Engine, find_engine
from tablewright.engine.install.locate import EXECUTABLE_VARIABLE
from tablewright.errors import EngineMissingError, ManifestError, TablewrightError
from tablewright.extras import is_installed
from tablewright.sandbox import instance

from .deployment import Deployment, open_deployment
from .options import Options
from .source import Source
from .stack_name import BEGINS

PYTHONS: Final = ((3, 11), (3, 13))
SKEW_SECONDS: Final = 240
"""AWS refuses requests that were signed more than five minutes off."""
REGION_OF_NOBODY: Final = "us-east-1"
"""Asked where neither the environment nor a profile says a region."""
Outcome = Literal["passed", "failed", "unknown"]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that a run needs.

    Args:
        name: of it.
        outcome: failed is wrong, unknown could not be looked at.
        detail: what there is.
        fix: what to do; empty where it passed.
    """

    name: str
    outcome: Outcome
    detail: str
    fix: str = ""


def examine(read: Callable[[], Source] | None, options: Options) -> Iterator[Diagnosis]:
    """Look at everything, each after what it rests on.

    Args:
        read: reads the manifests; None where there are none yet.
        options: where the stack goes.
    """
    yield python(sys.version_info[:2])
    yield Diagnosis("versions", "passed", ", ".join(map(_package, _PACKAGES)))
    engines: list[Engine] = []
    engine = _tried("engine", lambda: _engine_text(engines))
    yield engine
    if read is None:
        yield from _of_the_target(options)
        return
    declared: list[Source] = []
    manifests = _tried("manifests", lambda: _declared(declared, read))
    yield manifests
    if declared and engine.outcome == "passed" and not engines:
        # Its state is the engine's to read; what is asked of AWS needs none.
        yield from _of_the_target(options, declared[0].declared.region)
        return
    if engine.outcome != "passed" or not declared:
        yield Diagnosis("stack", "unknown", "not looked at", "fix what failed above first")
        return
    if options.target == "sandbox":
        yield (embedded := sandbox(options.sandbox))
        if embedded.outcome != "passed" or instance.running(options.sandbox) is None:
            return
    yield from _of_the_stack(declared[0], options)


def python(running: tuple[int, ...]) -> Diagnosis:
    """Whether this Python is one that we are tested with."""
    text = f"{platform.python_version()} ({sys.executable})"
    if PYTHONS[0] <= running <= PYTHONS[1]:
        return Diagnosis("python", "passed", text)
    low, high = (".".join(map(str, bound)) for bound in PYTHONS)
    return Diagnosis("python", "failed", text, f"install Python {low} to {high}")


def sandbox(name: str) -> Diagnosis:
    """Whether the embedded AWS is there."""
    if not is_installed("sandbox"):
        fix = "pip install 'tablewright[sandbox]'"
        return Diagnosis("sandbox", "failed", "the embedded AWS is not installed", fix)
    here = instance.running(name)
    detail = f"{name} at {here.endpoint}" if here else f"{name} does not run; `up` starts it"
    return Diagnosis("sandbox", "passed", detail)


def clock(aws: datetime, here: datetime) -> Diagnosis:
    """Whether AWS would take what is signed at this machine's time."""
    skew = (here - aws).total_seconds()
    text = f"{abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} AWS"
    if abs(skew) <= SKEW_SECONDS:
        return Diagnosis("clock", "passed", text)
    return Diagnosis("clock", "failed", text, "set this machine's clock, for instance with NTP")


_PACKAGES: Final = ("tablewright", "pulumi", "pulumi-aws", "boto3")


def _package(name: str) -> str:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:  # an extra's, which deploying manifests does without
        return f"{name} not installed"


def _engine_text(engines: list[Engine]) -> str:
    """Which engine there is; where none is named, that there is none yet is no mistake."""
    try:
        engines.append(find_engine(lambda _: None, build=False))
    except EngineMissingError:
        if os.environ.get(EXECUTABLE_VARIABLE):
            raise
        return "not here yet; the first preview or deployment fetches or builds it, once"
    return f"Pulumi {engines[0].version} ({engines[0].path})"


def _declared(kept: list[Source], read: Callable[[], Source]) -> str:
    kept.append(read())
    declared = kept[0].declared
    several = "" if len(declared.tables) == 1 else "s"
    return f"stack {declared.name}, {declared.region}, {len(declared.tables)} table{several}"


def _of_the_target(options: Options, region: str = "") -> Iterator[Diagnosis]:
    """What can be said of AWS, or of a sandbox, before there is a stack.

    Args:
        options: where it would go.
        region: in which region; that of the environment or profile where manifests say none.
    """
    if options.target == "sandbox":
        yield sandbox(options.sandbox)
        running = instance.running(options.sandbox) if is_installed("sandbox") else None
        if running is None:
            return
        target = Target.sandbox(running.endpoint)
    else:
        target = Target.aws(options.profile)
    try:
        region = region or Session(target).region
    except TablewrightError:  # nothing is wrong: each stack says its own
        region = REGION_OF_NOBODY
    yield from _of_aws(Session(target, region), options, region)


def _of_aws(session: Session, options: Options, region: str) -> Iterator[Diagnosis]:
    replies: list[Any] = []
    yield _tried("credentials", lambda: _caller(session, replies))
    if replies and options.target == "aws":
        sent = replies[0]["ResponseMetadata"]["HTTPHeaders"].get("date", "")
        yield clock(parsedate_to_datetime(sent), datetime.now(UTC))
    if replies:
        yield _tried("region", lambda: _region(session, region))
    else:
        detail = f"{region} was not asked without credentials"
        yield Diagnosis("region", "unknown", detail, "fix the credentials first")


def _of_the_stack(source: Source, options: Options) -> Iterator[Diagnosis]:
    with _opened(source, options) as opened:
        if isinstance(opened, TablewrightError):
            yield _failed("target", opened)
            return
        yield from _of_aws(opened.place.session, options, source.declared.region)
        yield _tried("state", lambda: _state(opened, options.stack))
        yield _lock(opened)


@contextmanager
def _opened(source: Source, options: Options) -> Iterator[Deployment | TablewrightError]:
    try:
        manager = open_deployment(source, options, lambda _: None)
        opened = manager.__enter__()
    except TablewrightError as error:
        yield error
        return
    try:
        yield opened
    finally:
        manager.__exit__(None, None, None)


def _caller(session: Session, kept: list[Any]) -> str:
    account = session.account_id
    kept.append(session.client("sts").get_caller_identity())
    return f"{kept[0]['Arn']} in account {account}"


def _region(session: Session, region: str) -> str:
    session.client("dynamodb").list_tables(Limit=1)
    return f"DynamoDB answers in {region}"


def _state(opened: Deployment, stack: str | None) -> str:
    opened.refuse_misspelt(stack, BEGINS)
    status = opened.status()
    held = f"{status['resources']} resources" if status["deployed"] else "not deployed yet"
    return f"{status['backend']}: {held}"


def _lock(opened: Deployment) -> Diagnosis:
    try:
        runs = opened.status()["runs"]
    except TablewrightError as error:
        return _failed("lock", error, "unknown")
    if not runs:
        return Diagnosis("lock", "passed", "no run holds the stack")
    held = ", ".join(f"{run['user']}@{run['host']} (process {run['pid']})" for run in runs)
    return Diagnosis("lock", "failed", f"held by {held}", "wait until that run has ended")


def _tried(name: str, look: Callable[[], str]) -> Diagnosis:
    try:
        return Diagnosis(name, "passed", look())
    except TablewrightError as error:
        return _failed(name, error)
    except Exception as error:  # noqa: BLE001 - botocore's own, of a call that is no part of a run
        return Diagnosis(name, "unknown", str(error), "allow the call, then run this again")


def _failed(name: str, error: TablewrightError, outcome: Outcome = "failed") -> Diagnosis:
    if isinstance(error, ManifestError) and error.problems:
        problem, *others = error.problems
        where = f"{problem.place}: {problem.path}".rstrip(": ")
        more = f", and {len(others)} more" if others else ""
        return Diagnosis(name, outcome, f"{where}: {problem.message}{more}", problem.fix)
    first = str(error).splitlines()[0] if not error.message else error.message
    return Diagnosis(name, outcome, first, error.next_step or "see the message")
