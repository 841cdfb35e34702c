"""`tablewright state`: where the state of a stack is, and whose a table is."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

from tablewright.cli import console
from tablewright.cli.inputs import deploying
from tablewright.cli.inputs.accounts import sessions
from tablewright.cli.inputs.sandboxes import running
from tablewright.cli.settings import FILE, SETTINGS
from tablewright.deploy.states.keeping import StateKeeper
from tablewright.deploy.states.relocation import Relocation
from tablewright.deploy.states.table_owner import table_owner
from tablewright.documents.state import StateMoveDocument, TableOwnerDocument
from tablewright.engine import Backend
from tablewright.report.formats.number import number_of


def move(
    paths: Sequence[str],
    new: str,
    output_format: str,
    *,
    delete_old: bool,
    yes: bool,
    **chosen: Any,
) -> None:
    """Move the state of a stack to another backend."""
    with deploying.deployment(paths, chosen) as opened:
        StateKeeper(opened.stack, console.say).settled()
        move = Relocation.to(opened.stack.session, new)
        former, backend = move.source.place.backend.url, move.target.place.backend.url
        console.confirm(f"Move the state of {opened.title} to {backend}?", yes=yes)
        is_sandbox = opened.place.kind == "sandbox"
        own = Backend.of(running(chosen["sandbox"]).backend) if is_sandbox else None
        own = own or Backend.default(os.environ)
        resources = move.run(_world(chosen["sandbox"], backend) if is_sandbox else None)
        if delete_old:
            move.delete_old()
        moved: StateMoveDocument = {
            "stack": opened.owner,
            "target": opened.place.kind,
            "region": opened.declared.region,
            "resources": resources,
            "former": former,
            "backend": backend,
            "formerDeleted": delete_old,
        }
    if output_format == "json":
        console.data_json(moved)
        return
    console.say(f"{number_of(resources, 'record')} moved to {backend}")
    console.say(from_now_on(backend, moved["target"], own))
    if not delete_old:
        console.say(f"the old copy is kept at {former}, and refused")


def from_now_on(backend: str, target: str, own: Backend) -> str:
    """What makes the next commands find a state that has moved.

    Args:
        backend: where it is.
        target: `sandbox` or `aws`.
        own: where commands look that are told nothing.
    """
    setting = SETTINGS["backend"]
    if backend == own.url:
        return f"give no --backend from now on, nor {setting.variable} or `backend` of {FILE}"
    given = f"give --backend '{backend}' from now on, or"
    if target == "sandbox" or os.environ.get(setting.variable):  # a file does not count then
        return f"{given} set {setting.variable}='{backend}'"
    return f'{given} write backend = "{backend}" into {FILE}'


def _world(sandbox: str, backend: str) -> str | None:
    """What a state that is not in the sandbox's own folder is tied to."""
    instance = running(sandbox)
    return None if Backend.of(instance.backend).url == backend else instance.id


def owner(
    table: str,
    target: str,
    profile: str | None,
    sandbox: str,
    backend: str | None,
    provider: str | None,
    region: str | None,
    output_format: str,
) -> None:
    """Say whose a table is."""
    del provider  # nothing is deployed
    (session,) = sessions(target, profile, sandbox, ())
    backends = [Backend.of(backend)] if backend else []
    own = (
        Backend.of(running(sandbox).backend) if target == "sandbox" else Backend.default(os.environ)
    )
    document = table_owner(session, table, region or session.region, [*backends, own])
    if output_format == "json":
        console.data_json(document)
        return
    for line in _lines(document):
        console.data(line)


def _lines(document: TableOwnerDocument) -> Iterator[str]:
    table, owner_ = document["table"], document["owner"]
    where = f"account {document['account']}, {document['region']}"
    yield f"table {table} ({where})"
    if owner_ is None:
        yield "  stack    none: its tags name no stack"
    else:
        yield f"  stack    {owner_}"
        places = document["backends"] or ["not in a folder that this command looked in"]
        for place in places:
            yield f"  state    {place}"
    for claim in document["claims"]:
        yield f"  claimed  by {claim['owner']}, until {claim['until']}"
    if document["cloudFormationStack"]:
        yield f"  made by  the CloudFormation stack {document['cloudFormationStack']}"
