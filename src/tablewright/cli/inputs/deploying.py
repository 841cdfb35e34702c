"""What the deploying commands share: opening the deployment, showing a preview, asking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from tablewright.cli import advice, console
from tablewright.cli.setting_option import target_origin
from tablewright.cli.styled import styled
from tablewright.deploy.deployment import Deployment, open_deployment
from tablewright.deploy.options import Options
from tablewright.deploy.outcome import DeploymentOutcome, Preview
from tablewright.deploy.source import require_target
from tablewright.engine import Permissions, PreviewAhead
from tablewright.errors import RefusedError
from tablewright.report.formats import workflow
from tablewright.report.formats.number import number_of
from tablewright.report.preview import markdown as preview_markdown
from tablewright.report.preview import preview as report
from tablewright.report.preview import tree as preview_tree
from tablewright.report.runs import progress

from .manifests import StackInput, source


@contextmanager
def deployment(
    paths: Sequence[str], chosen: dict[str, Any], in_full: str = ""
) -> Iterator[Deployment]:
    """The deployment of a command about one stack; see `deployment_of`."""
    options = dict(chosen)
    stack = source(paths, options.pop("environment"), options.pop("stack"))
    with deployment_of(stack, options, in_full=in_full) as opened:
        yield opened


@contextmanager
def deployment_of(
    stack: StackInput,
    options: Mapping[str, Any],
    ahead: PreviewAhead | None = None,
    *,
    in_full: str = "",
) -> Iterator[Deployment]:
    """The deployment of one of the stacks of a command, at the place its options mean.

    Args:
        stack: which one.
        options: of the command.
        ahead: a preview that was begun already, perhaps of this stack.
        in_full: what the command does with the full name of a stack that is not there.

    Raises:
        UsageError: there is no stack of the name that was given.
        RefusedError: it is a saved preview for another target.
    """
    chosen = Options(stack=stack.stack, **options)
    require_target(stack.source, chosen.target)
    with open_deployment(stack.source, chosen, console.say, ahead=ahead) as opened:
        opened.refuse_misspelt(stack.stack, in_full)
        yield opened


def permissions(allow_replace: Sequence[str], allow_delete: Sequence[str]) -> Permissions:
    """What the guard lets pass."""
    return Permissions(frozenset(allow_replace), frozenset(allow_delete))


def previewed(opened: Deployment, *, refresh: bool) -> Preview:
    """The preview of a stack, with what is under way shown meanwhile."""
    with progress.shown(styled(stderr=True), planning=True) as show:
        preview = opened.preview(refresh=refresh, progress=show)
    return replace(preview, notes=tuple(map(advice.literal, preview.notes)))


def refusal(preview: Preview, opened: Deployment, allowed: Permissions) -> RefusedError | None:
    """Why `up` would refuse to do this, in the words it would use; None where it would not."""
    try:
        opened.check(preview, allowed)
    except RefusedError as refused:
        advice.make_literal(refused)
        return refused
    return None


def show(
    preview: Preview,
    opened: Deployment,
    output_format: str,
    refused: RefusedError | None,
    *,
    verbose: bool = False,
) -> None:
    """Print a preview in the form asked for."""
    match output_format:
        case "json":
            explanation, notes = preview.explanation, preview.notes
            console.data_json(report.as_json(explanation, opened.identity, notes, refused))
        case "markdown":
            explanation, notes = preview.explanation, preview.notes
            console.data(preview_markdown.markdown(explanation, opened.title, notes, refused))
        case "github":
            for line in preview_annotations(preview, opened.title):
                console.data(line)
        case _:
            preview_tree.render(preview.explanation, opened.title, styled(), verbose=verbose)
            tell_notes(preview.notes)
            if verbose and preview.known_from:
                console.say(preview.known_from.words)


def preview_annotations(preview: Preview, title: str) -> Iterator[str]:
    """What a preview says beside the lines of a pull request; a refusal is told as an error."""
    summary = " ".join(
        (report.summary(preview.explanation), *report.further_summary(preview.explanation))
    )
    yield workflow.annotation("notice", summary, title=title)
    for note in preview.notes:
        yield workflow.annotation("warning", note, title=title)


def ask(
    preview: Preview, opened: Deployment, allowed: Permissions, *, verbose: bool = False
) -> None:
    """Show a preview beside the data, and ask whether to do it if there is anything to do.

    Raises:
        RefusedError: the guard would not let it pass, whatever the answer.
        ConsentError: nobody is there to ask.
        DeclinedError: the answer is no.
    """
    err = styled(stderr=True)
    preview_tree.render(preview.explanation, opened.title, err, verbose=verbose)
    tell_notes(preview.notes)
    opened.check(preview, allowed)
    if not preview.explanation.empty:
        console.confirm(f"Apply to {opened.title}{target_origin()}?", yes=False)


def brought_up(
    opened: Deployment,
    allowed: Permissions,
    *,
    yes: bool,
    refresh: bool,
    verbose: bool = False,
) -> DeploymentOutcome:
    """Do what a preview shows, after a yes.

    Raises:
        RefusedError: the guard would not let it pass, whatever the answer.
        ConsentError: nobody is there to ask.
        DeclinedError: the answer is no.
    """
    confirmed = None
    if not yes:
        confirmed = previewed(opened, refresh=refresh)
        ask(confirmed, opened, allowed, verbose=verbose)
    with progress.shown(styled(stderr=True)) as show:
        result = opened.up(confirmed=confirmed, refresh=refresh, permissions=allowed, progress=show)
    result = replace(result, notes=tuple(map(advice.literal, result.notes)))
    tell_notes(result.notes)
    return result


def tell_notes(notes: Iterable[str]) -> None:
    """What a reader of a preview or of a run must know besides."""
    for note in notes:
        console.say(f"note: {note}")


def confirm_destroy(opened: Deployment, *, yes: bool) -> None:
    """Name the tables of a stack with their items, and ask whether to destroy it.

    Where there are tables, the stack's name must be typed.

    Raises:
        RefusedError: AWS would refuse, whatever the answer, or a run made a table meanwhile.
        ConsentError: nobody is there to ask.
        DeclinedError: the answer is no.
    """
    tables = opened.tables()
    for name, items in tables.items():
        how_many = "gone already" if items is None else number_of(items, "item")
        console.say(f"  table {name}: {how_many}")
    if not yes:
        opened.check_destroy()
    question = f"Delete {opened.title} and all that is in it{target_origin()}?"
    console.confirm(question, yes=yes, name=opened.owner if tables else "")
    if not yes and (added := sorted(opened.tables().keys() - tables.keys())):
        raise RefusedError(
            f"table {', '.join(added)} has come to the stack meanwhile; nothing was deleted",
            "run the same command again, which asks for all",
        )
