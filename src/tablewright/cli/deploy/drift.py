"""`tablewright drift`: where what is declared, recorded and live differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from tablewright.cli import advice, console
from tablewright.cli.inputs import deploying, each_stack
from tablewright.cli.inputs.answers import Answers
from tablewright.cli.inputs.manifests import StackInput, source, sources
from tablewright.cli.styled import styled
from tablewright.deploy.deployment import Deployment
from tablewright.deploy.drift.drifted import Drifted, DriftReport
from tablewright.deploy.drift.look import look, see, unread
from tablewright.engine import Permissions
from tablewright.errors import AwsError, UsageError, WrongTargetError
from tablewright.report.findings import drift as drift_report
from tablewright.report.runs import outcome

from .drift_acceptance import accept
from .drift_places import Places, places_of
from .drift_watch import watch as watch_stack


def run(
    paths: Sequence[str],
    output_format: str,
    *,
    fix: bool,
    accept_live: bool,
    fields: Sequence[str],
    watch: bool,
    every: timedelta,
    listen: tuple[str, int],
    yes: bool,
    stacks: Sequence[str],
    allow_replace: Sequence[str],
    allow_delete: Sequence[str],
    **chosen: Any,
) -> int:
    """Compare what is declared, recorded and live of the stacks at PATH."""
    if fix and accept_live:
        raise UsageError("--fix and --accept are each other's contrary", "give one of them")
    if fields and not accept_live:
        raise UsageError("--field is for --accept", "add --accept, or leave --field out")
    if watch and (fix or accept_live):
        raise UsageError("--watch only looks", "leave out --fix and --accept")
    if not (watch or fix or accept_live):
        return _look(paths, output_format, stacks, chosen)
    chosen["stack"] = _one(stacks)
    if watch:
        return _watch(paths, output_format, chosen, every, listen)
    if accept_live:
        _accept(paths, chosen, fields, yes=yes)
    with deploying.deployment(paths, chosen) as opened:
        report = look(opened)
        if fix and report.drift:
            allowed = deploying.permissions(allow_replace, allow_delete)
            _fix(opened, report, allowed, yes=yes)
            report = look(opened)
        declared = opened.declared
    places = partial(places_of, paths, chosen["environment"], declared)
    show(literal(report), output_format, places)
    return report.exit_status


def _one(stacks: Sequence[str]) -> str | None:
    """The stack that is changed or watched, which is one."""
    if len(stacks) > 1:
        raise UsageError("--fix, --accept and --watch are about one stack", "give --stack once")
    return stacks[0] if stacks else None


def _look(
    paths: Sequence[str], output_format: str, stacks: Sequence[str], chosen: dict[str, Any]
) -> int:
    """Look at all stacks, several at once; one that AWS refuses to tell of is unread."""
    place = dict(chosen)
    given = sources(paths, place.pop("environment"), stacks)
    read = partial(_read, place=place, alone=len(given) == 1)
    answers = Answers(given, read, at_once=True)

    def work(stack: StackInput) -> int:
        report = answers.of(stack)
        declared = stack.source.declared
        places = partial(places_of, paths, chosen["environment"], declared)
        show(literal(report), output_format, places)
        return report.exit_status

    return each_stack.run(given, output_format, work)


def _read(stack: StackInput, *, place: dict[str, Any], alone: bool) -> DriftReport:
    """The drift of a stack; of several, that of one that AWS refuses to tell of is unread."""
    try:
        with deploying.deployment_of(stack, place) as opened:
            return look(opened)
    except WrongTargetError:
        raise
    except AwsError as error:
        if alone:
            raise
        return unread(stack.owner, stack.source.declared, error)


def _watch(
    paths: Sequence[str],
    output_format: str,
    chosen: dict[str, Any],
    every: timedelta,
    listen: tuple[str, int],
) -> int:
    """Look at each interval, with the manifests as they are then."""
    if "-" in paths:
        raise UsageError("--watch reads the manifests at each look", "name a file or folder")
    if output_format not in {"text", "json"}:
        raise UsageError("--watch tells line by line", "give --output text, or json")
    stack = source(paths, chosen["environment"], chosen["stack"]).owner

    def look_once() -> DriftReport:
        with deploying.deployment(paths, chosen) as opened:
            return look(opened)

    return watch_stack(look_once, stack, every, listen, output_format)


def _fix(opened: Deployment, report: DriftReport, allowed: Permissions, *, yes: bool) -> None:
    """Set everything back through `up`, with what has drifted shown before."""
    drift_report.render(literal(report), styled(stderr=True))
    result = deploying.brought_up(opened, allowed, yes=yes, refresh=True)
    console.say(outcome.done(result))


def _accept(
    paths: Sequence[str], chosen: dict[str, Any], fields: Sequence[str], *, yes: bool
) -> None:
    """Declare what is live."""
    with deploying.deployment(paths, chosen) as opened:
        seen = see(opened)
        report = seen.compared(opened.declared)
    if report.drift or fields:
        name = str(opened.declared.id)
        accept(paths, chosen["environment"], seen, report, fields, stack=name, yes=yes)


def show(report: DriftReport, output_format: str, places: Callable[[], Places]) -> None:
    """Print the drift in the form asked for.

    Args:
        report: of a stack.
        output_format: what `--output` says.
        places: where in the manifests its fields are, if that is told.
    """
    match output_format:
        case "json":
            console.data_json(drift_report.as_json(report))
        case "markdown":
            console.data(drift_report.markdown(report))
        case "github":
            for line in drift_report.as_annotations(report, places()):
                console.data(line)
        case _:
            drift_report.render(report, styled())


def literal(report: DriftReport) -> DriftReport:
    """The drift with next steps that can be typed."""
    return replace(report, fields=tuple(map(_literal, report.fields)))


def _literal(field: Drifted) -> Drifted:
    return replace(field, fix=advice.literal(field.fix))
