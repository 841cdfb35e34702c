"""One stack on one target: look, preview, guard, up, refresh, destroy, verify.

    source = Source.of(manifest.load(["tables/"]))
    with open_deployment(source, Options(target="sandbox"), print) as deployment:
        preview = deployment.preview()
        deployment.up(confirmed=preview)
        deployment.verify().exit_status

Nothing here prints or asks; the commands do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tablewright.cost.pricing.price_store import known_prices
from tablewright.deploy.ownership.owner_check import disclaimed, item_counts
from tablewright.deploy.ownership.owners import Owners, tagging_of
from tablewright.deploy.ownership.releasing import belonging, chosen_tables
from tablewright.deploy.ownership.removing import remove_unrecorded
from tablewright.deploy.ownership.resource_identity import Finder, Looker
from tablewright.deploy.preconditions.deletions import (
    deletions_from_state,
    deletions_of_begun,
    deletions_of_changes,
)
from tablewright.deploy.preconditions.notes import notes_on
from tablewright.deploy.preconditions.scaling_targets import left_alone
from tablewright.deploy.preconditions.survey import Survey
from tablewright.engine import (
    Checkpoints,
    EngineStack,
    Notice,
    Permissions,
    PlainProgram,
    PreviewAhead,
    Progress,
    Recovered,
    ResourceTree,
    RunResult,
    SavedPreview,
    VettedProgram,
    find_engine,
    judge,
    offences,
    refuse_unknown,
)
from tablewright.engine.state.lock import clear_dead_locks
from tablewright.plan.owner import owned
from tablewright.provider.hosting.plugin import SDK_VERSION
from tablewright.pulumi_values import urn_name
from tablewright.resource_kinds.types import TABLE

from . import partial
from .dialects import advice_for_planton
from .explanation import explain, in_manifest_words
from .options import Options
from .outcome import DeploymentOutcome, Preview
from .resource_tree import resource_tree
from .source import Source
from .stack_name import refuse_misspelt, stack_name
from .state_world import check_world, tie_to_world
from .states.moves import noted
from .status import status_of
from .target_environment import TargetEnvironment
from .target_opening import open_target_environment, require_extra
from .unchanged import previewed
from .user_program import Context, Program, preload

Observe = Callable[[Progress], None]
if TYPE_CHECKING:
    from tablewright.checks.verdict import VerifyReport

# What asks AWS and what needs Pulumi's SDK is imported where it is used: an unchanged preview asks
# nothing, and the SDK is loaded while the engine boots.


def ignore(_: Progress) -> None:
    """Observe nothing."""


class Deployment:
    """A declared stack, the place it goes to, and the engine's stack there."""

    def __init__(
        self,
        source: Source,
        stack: EngineStack,
        place: TargetEnvironment,
        program: Program | None = None,
    ) -> None:
        self.source = source
        self._own_program = program
        self.owner = f"{source.declared.name}/{stack.place.stack}"
        self.declared = owned(source.declared, self.owner)
        self.stack = stack
        self.place = place
        self._owners = Owners(self.declared, self.owner, stack, place, own_program=bool(program))
        self._survey = Survey(
            self.declared, stack, self.owner, place, self._finder, source.protection_field
        )

    @property
    def title(self) -> str:
        """`analytics/dev on sandbox (ap-southeast-2)`."""
        return f"{self.owner} on {self.place.label} ({self.declared.region})"

    @property
    def identity(self) -> dict[str, str]:
        """The same for machines."""
        region = self.declared.region
        return {"stack": self.owner, "target": self.place.kind, "region": region}

    def refuse_misspelt(self, given: str | None, in_full: str = "") -> None:
        """Refuse the name of a stack that is not there; see `stack_name.refuse_misspelt`."""
        if given is not None:
            known, exists = self.stack.place.known_stacks, self.stack.exists()
            refuse_misspelt(self.declared, given, known, in_full, exists=exists)

    def preview(self, *, refresh: bool = False, progress: Observe = ignore) -> Preview:
        """Find out what `up` would do; nothing is touched.

        Args:
            refresh: read the live resources first, so that drift shows, too.
            progress: told of each step.

        Raises:
            InputError, RefusedError: what is live contradicts what is declared.
        """
        refresh = refresh or self.source.refresh
        self._survey.begin(seek=refresh, refresh=refresh)
        targets = partial.targets(self.source.order, self._tree, self.stack)
        result, known_from = previewed(
            self.stack,
            self.place,
            None if refresh or targets or self._own_program else self._facts,
            lambda: self.stack.preview(
                self._program,
                observe=progress,
                prepare=preload if self._own_program else None,
                finder=self._finder,
                refresh=refresh,
                targets=targets,
            ),
        )
        meant = partial.meant(result.changes, targets)
        explained = explain(meant, compared=refresh, prices=known_prices())
        self._owners.check(result)
        notes = notes_on(self.declared, self.stack.lock_state(), official=self.place.home is None)
        unsent = left_alone(self._survey.existing, self.declared, result.changes)
        return Preview(result, explained, (*self._survey.notes(), *unsent, *notes), known_from)

    def check(self, preview: Preview, permissions: Permissions) -> None:
        """The guard.

        Raises:
            RefusedError: something would be lost, or AWS would refuse a deletion.
        """
        self._guard(preview.result, permissions)

    def saved(self, preview: Preview, allowed: Permissions) -> str:
        """The text of a saved preview, which `up` then does or refuses."""
        compared = preview.explanation.compared
        return self.source.saved(self._confirmable(preview.result), allowed, refresh=compared)

    def up(
        self,
        *,
        confirmed: Preview | None = None,
        refresh: bool = False,
        permissions: Permissions | None = None,
        progress: Observe = ignore,
    ) -> DeploymentOutcome:
        """Make the live tables what is declared.

        The engine's own preview is judged before its first step: by the guard, and against what
        was confirmed, at the terminal or in a saved preview.

        Args:
            confirmed: what the user said yes to; None where `--yes` said yes to anything safe.
            refresh: read the live resources first.
            permissions: what the guard lets pass.
            progress: told of each step.
        """
        agreed = [self.source.confirmed] if self.source.confirmed else []
        if confirmed is not None:
            agreed.append(self._confirmable(confirmed.result))

        def gate(planned: RunResult) -> None:
            self._guard(planned, permissions)
            for step in agreed:
                step.confirm(self._confirmable(planned))
            self._owners.check(planned)
            for note in self._survey.notes():
                progress(Notice(note))
            claims.win(planned)

        tie_to_world(self.stack.place, self.place.world)
        refresh = refresh or self.source.refresh
        self._survey.begin(seek=True, refresh=refresh)
        claims = self._owners.claims()
        with claims.kept_if_recorded(self.stack.resources):
            result = self.stack.up(
                self._program,
                gate=gate,
                observe=progress,
                prepare=preload if self._own_program else None,
                finder=self._finder,
                refresh=refresh,
                checkpoints=self._checkpoints,
                targets=partial.targets(self.source.order, self._tree, self.stack),
            )
        unsent = left_alone(self._survey.existing, self.declared, result.changes)
        return self._outcome(result, *unsent, compared=refresh)

    def refresh(self, *, progress: Observe = ignore) -> DeploymentOutcome:
        """Read every live resource into the state.

        Raises:
            RefusedError: the credentials are of another account than the stack.
        """
        self._survey.refuse_other_account()
        self._owners.forget_remade(lambda text: progress(Notice(text)))
        return self._outcome(self.stack.refresh(observe=progress), compared=True)

    def destroy(self, *, progress: Observe = ignore) -> DeploymentOutcome:
        """Delete every resource of the stack, and forget the stack.

        Raises:
            RefusedError: see `check_destroy`; nothing was deleted.
            UnreadError: something of it is left, or nobody can know.
        """
        if not self.stack.exists():
            self._owners.refuse_orphans({})
            gone = f"{self.owner} is gone already: nothing is recorded, and nothing carries its tag"
            return self._outcome(RunResult(()), gone, compared=True)
        self.check_destroy()
        unknown = {urn_name(urn): why for urn, why in self._begun.unknown.items()}
        looker, tell = Looker(self.place), (lambda text: progress(Notice(text)))
        if remove_unrecorded(self.stack, self._begun.imports, looker, tell):
            del self._finder  # what it has found is gone
        result = self.stack.destroy(
            observe=progress, finder=self._finder, checkpoints=self._checkpoints
        )
        self._owners.refuse_orphans(unknown)
        self.stack.remove()
        return self._outcome(result, compared=True)

    @property
    def _begun(self) -> Recovered:
        return self.stack.recovered(self._finder)

    def check_destroy(self) -> None:
        """Find out what would refuse to be deleted, and what belongs to another stack.

        Raises:
            RefusedError: there is something.
        """
        self._survey.refuse_other_account()
        resources = self.stack.resources()
        self._owners.refuse_others([going for going in resources if not going.retained])
        begun = deletions_of_begun(self.stack.left_open(), self._begun.ids)
        doomed = (*deletions_from_state(resources), *begun)
        self._survey.refuse_undeletable(doomed, "then `tablewright destroy PATH`", resources)

    def outputs(self) -> Mapping[str, Any]:
        """The outputs of the last run."""
        return self.stack.outputs()

    def verify(self) -> VerifyReport:
        """Compare the live resources, read through AWS's APIs, with what is declared."""
        from tablewright.checks.verify import verify  # noqa: PLC0415 - no other command reads so
        from tablewright.fleet.stack import read_stack  # noqa: PLC0415

        return verify(self.declared, read_stack(self.place.session, self.declared))

    def tables(self) -> dict[str, int | None]:
        """The tables of the stack, and of its killed runs, with their live item counts.

        AWS counts every six hours; None stands for a table that does not live any more. One in
        another region than the manifest's is called by both, its name and its region.
        """
        home, imports = self.declared.region, self._begun.imports
        begun = deletions_of_begun(self.stack.left_open(), imports)
        counts = item_counts(
            (
                (table.id, table.region or home)
                for table in (*deletions_from_state(self.stack.resources()), *begun)
                if table.type == TABLE
            ),
            self.place.session,
        )
        return {
            name if region == home else f"{name} in {region}": items
            for (name, region), items in counts.items()
        }

    def releasable(self, names: Sequence[str], *, everything: bool) -> tuple[str, ...]:
        """The recorded tables that these names mean.

        Raises:
            UsageError: one is not recorded, or none was named.
        """
        return chosen_tables(self.stack.resources(), names, everything=everything)

    def release(self, names: Sequence[str]) -> int:
        """Forget tables with all that belongs to them; answers how many resources that was."""
        self._survey.refuse_other_account()
        clear_dead_locks(self.stack.place, lambda _: None)
        # The tag goes first: what is recorded and not tagged could be had by two.
        forgotten = belonging(self.stack.resources(), names)
        with disclaimed(forgotten, self.owner, self.declared.region, self.place.session):
            self.stack.forget([resource.urn for resource in forgotten])
        return len([resource for resource in forgotten if resource.id])

    def status(self) -> dict[str, Any]:
        """What is recorded, as JSON values.

        `tables` are physical names by logical ones, `unfinished` says why of each, `runs` are those
        that hold the stack.
        """
        return {**self.identity, **status_of(self.stack, self.declared)}

    @property
    def _checkpoints(self) -> Checkpoints:
        return Checkpoints.suiting(len(self.declared.tables))

    @cached_property
    def _finder(self) -> Finder:
        return Finder(Looker(self.place), self.owner, self.declared.region)

    def _guard(self, result: RunResult, permissions: Permissions | None) -> None:
        given = permissions or Permissions()
        partial.refuse_moves(self.source.order, result.changes)
        allowed, changes = self.source.allowed | given, in_manifest_words(result.changes)
        if not self.stack.interrupted or offences(changes, allowed):  # else it may be gone by now
            refuse_unknown(result.changes, given)
        judge(changes, allowed)
        deleted = deletions_of_changes(result.changes)
        self._survey.refuse_undeletable(deleted, "then make this change")

    def _confirmable(self, result: RunResult) -> SavedPreview:
        account, region = self.place.session.account_id, self.declared.region
        context = {"target": self.place.kind, "account": account, "region": region}
        return SavedPreview.of(result, self.owner, self.source.digest, context)

    @property
    def _program(self) -> PlainProgram | VettedProgram:
        own = self._own_program
        if own is None:
            return PlainProgram(self._tree)

        def program() -> None:
            region, documents = self.declared.region, self.source.documents
            existing = self._survey.existing
            own(documents[-1], Context(self.declared, existing, self.owner, region, documents))

        return VettedProgram(program, self._owners.registrations)

    def _facts(self) -> tuple[object, ...]:
        return self.declared, self._survey.existing

    def _tree(self) -> ResourceTree:
        tree = resource_tree(self.declared, self._survey.existing, SDK_VERSION)
        return partial.with_other_outputs(tree, self.source.order, self.stack)

    def _outcome(self, result: RunResult, *notes: str, compared: bool) -> DeploymentOutcome:
        explained = explain(result.changes, compared=compared, prices=known_prices())
        return DeploymentOutcome(explained, result.outputs, result.duration_seconds, notes)


@contextmanager
def open_deployment(
    source: Source,
    options: Options,
    progress: Callable[[str], None],
    program: Program | None = None,
    ahead: PreviewAhead | None = None,
) -> Iterator[Deployment]:
    """A deployment for the life of the block.

    Args:
        source: what is declared.
        options: where it goes.
        progress: told in words of what takes time before the engine runs.
        program: the user's own, in place of the built-in one.
        ahead: a preview that was begun already, perhaps of this stack.
    """
    require_extra(options)
    declared, engine = source.declared, find_engine(progress)
    with open_target_environment(options, declared.region, progress, declared.account) as place:
        name, size = stack_name(declared, options.stack), declared.resources
        tagging = tagging_of(declared, name) if program else None
        stack = place.engine_stack(engine, declared.name, name, size, tagging=tagging, ahead=ahead)
        with noted(), advice_for_planton(planton=source.from_planton):
            check_world(stack, place.world)
            yield Deployment(source, stack, place, program)
