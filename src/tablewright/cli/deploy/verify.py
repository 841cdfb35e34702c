"""`tablewright verify`: do the live resources match the declaration?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from tablewright.checks.access.reading import with_access
from tablewright.checks.firing.firing import with_actions, with_trials
from tablewright.checks.verdict import CheckFinding, VerifyReport
from tablewright.checks.verify import unread, verify
from tablewright.cli import advice, console
from tablewright.cli.deploy.verify_drill import restorable, with_drills
from tablewright.cli.inputs import each_stack
from tablewright.cli.inputs.accounts import counted
from tablewright.cli.inputs.answers import Answers
from tablewright.cli.inputs.manifests import StackInput, sources
from tablewright.cli.inputs.sandboxes import running
from tablewright.cli.styled import styled
from tablewright.deploy.options import Options
from tablewright.deploy.stack_name import refuse_misspelt, stack_name
from tablewright.deploy.target_opening import open_target_environment
from tablewright.engine import Backend, StackPlace
from tablewright.errors import AwsError, UsageError, WrongTargetError
from tablewright.fleet.stack import read_stack
from tablewright.plan.owner import owned
from tablewright.report.findings import verification


def run(
    paths: Sequence[str],
    output_format: str,
    *,
    only_problems: bool,
    access: bool,
    alarms: bool,
    fire: bool,
    restore_drill: bool,
    yes: bool,
    environment: str | None,
    stacks: Sequence[str],
    tables: Sequence[str],
    **chosen: Any,
) -> int:
    """Compare the live tables, alarms, roles and tags with the manifests at PATH."""
    if fire and chosen["target"] != "sandbox":
        raise UsageError(
            "alarms are fired in a copy of a sandbox, never on AWS",
            "leave out --fire, or deploy to a sandbox and use --target sandbox",
        )
    proofs = Proofs(access, alarms, fire, restore_drill, yes)
    reports: list[VerifyReport] = []

    given = sources(paths, environment, stacks, tables)
    read = partial(_read, proofs=proofs, chosen=chosen, alone=len(given) == 1)
    answers = Answers(given, read, at_once=not (fire or restore_drill))

    def work(stack: StackInput) -> int:
        report = answers.of(stack)
        report = replace(report, findings=tuple(map(_literal, report.findings)))
        reports.append(report)
        _print(report, output_format, everything=not only_problems)
        return report.exit_status

    status = each_stack.run(given, output_format, work)
    if output_format == "junit":
        console.data(verification.junit(reports))
    return status


@dataclass(frozen=True, slots=True)
class Proofs:
    """What is proved besides, each because it was asked for.

    Args:
        restore_drill: of all tables with recovery on.
        yes: the answer to what it costs.
    """

    access: bool
    alarms: bool
    fire: bool
    restore_drill: bool
    yes: bool


def _read(
    stack: StackInput, *, proofs: Proofs, chosen: Mapping[str, Any], alone: bool
) -> VerifyReport:
    """What is proved of a stack; of several, one that AWS refuses to tell of is unread."""
    try:
        return _verified(stack, Options(stack=stack.stack, **chosen), proofs)
    except WrongTargetError:
        raise
    except AwsError as error:
        if alone:
            raise
        return unread(stack.source.declared, error)


def _verified(stack: StackInput, options: Options, proofs: Proofs) -> VerifyReport:
    declared = owned(stack.source.declared, stack.owner)
    with open_target_environment(options, declared.region, console.say, declared.account) as place:
        deployed = _is_deployed(stack, place.backend)
        live = replace(read_stack(place.session, declared), deployed=deployed)
        if proofs.access:
            live = with_access(place.session, declared, live)
        if proofs.alarms:
            live = with_actions(place.session, live)
        if proofs.fire:
            with counted("firing") as progress:
                live = with_trials(running(options.sandbox), live, progress)
        if proofs.restore_drill:
            tables = restorable(declared)
            live = with_drills(place, live, tables, yes=proofs.yes)
    return verify(declared, live)


def _is_deployed(stack: StackInput, backend: str) -> bool:
    """Whether it has a state, or may have one: those in a bucket are not asked for.

    A live table can be looked at without any state.

    Raises:
        UsageError: `--stack` is misspelt, where stacks of the project are known.
    """
    declared = stack.source.declared
    name = stack_name(declared, stack.stack)
    place = StackPlace(Backend.of(backend), declared.name, name)
    if known := place.known_stacks:
        refuse_misspelt(declared, stack.stack, known, exists=name in known)
    return name in known or place.state_file is None


def _print(report: VerifyReport, output_format: str, *, everything: bool) -> None:
    match output_format:
        case "json":
            console.data_json(report.to_json())
        case "markdown":
            console.data(verification.markdown(report, everything=everything))
        case "text":
            verification.render(report, styled(), everything=everything)


def _literal(finding: CheckFinding) -> CheckFinding:
    return replace(finding, fix=advice.literal(finding.fix))
