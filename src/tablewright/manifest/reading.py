"""From documents to stacks: kinds, variables, defaults, models, rules. Pure.

Nothing stops at the first mistake. What can still be understood is checked further, and a finding
that would only follow from another mistake is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from tablewright.errors import Problem
from tablewright.manifest.checking import MOST_PROBLEMS, Checked, check
from tablewright.manifest.defaults import merged_document
from tablewright.manifest.documents.node import Mapping as MappingNode
from tablewright.manifest.documents.node import Node, Path, child, find
from tablewright.manifest.documents.substitution import substitute
from tablewright.manifest.environments import (
    choose_environment,
    declared_environments,
    environment_of,
    overlaid,
)
from tablewright.manifest.grouping import ManifestGroup, TableDocument, groups
from tablewright.manifest.kinds import STANDARD_KINDS, ManifestDocument, recognise
from tablewright.manifest.kubernetes.kinds import dialects_apart
from tablewright.manifest.models import Stack, StackPolicy, Table
from tablewright.manifest.overrides import Override, apply_overrides
from tablewright.manifest.planton.labels import StackName
from tablewright.manifest.rules import (
    Finding,
    Outline,
    Subject,
    outline_of,
    stack_findings,
    table_findings,
)
from tablewright.manifest.rules.environments import is_there, names_are_the_stacks
from tablewright.manifest.rules.names import Claim, stack_claims
from tablewright.manifest.rules.standard import idle_exemptions, stack_offences, table_offences
from tablewright.manifest.stacks import StackManifest, without_tables
from tablewright.manifest.standard import Standard, misplaced, standard_of


@dataclass(frozen=True, slots=True)
class SharedClaim:
    """Something of AWS that two stacks declare.

    Args:
        stacks: the numbers of both, from 0.
        problem: at the second declaration.
    """

    stacks: frozenset[int]
    problem: Problem


@dataclass(frozen=True, slots=True)
class _Claimant:
    """The number of a stack that declares a thing, from 1, its account if it has one, and where."""

    stack: int
    account: str | None
    place: str

    def may_be_in(self, account: str | None) -> bool:
        """Whether it and a stack of that account could be in one."""
        return None in (self.account, account) or self.account == account


@dataclass(slots=True)
class ReadManifests:
    """What the documents hold: whole stacks, and everything that is wrong.

    Args:
        stacks: with their tables, where they are wanted.
        problems: in all documents.
        stack_count: stacks that were checked.
        table_count: tables that were checked.
        policy_count: policies that the stacks were held to.
        environments: of which some stack says what differs.
        idle: exemptions of policies that are of no table that was read.
        shared: what two stacks declare; wrong where both are meant.
        apart: documents of Kubernetes that are about no table, in words.
    """

    stacks: list[StackManifest] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    stack_count: int = 0
    table_count: int = 0
    policy_count: int = 0
    environments: list[str] = field(default_factory=list)
    idle: list[Problem] = field(default_factory=list)
    shared: list[SharedClaim] = field(default_factory=list)
    apart: tuple[str, ...] = ()
    _claimed: dict[tuple[str, str, str], list[_Claimant]] = field(default_factory=dict)

    def claim(self, what: str, name: str, region: str, account: str | None, where: Problem) -> None:
        """Note that the stack that was counted last declares a thing of AWS.

        Args:
            what: tables, alarms or roles.
            name: the same for two that AWS takes for one.
            region: of the stack.
            account: the only one that the stack may be in; None is any.
            where: a problem at the place of the declaration.
        """
        thing = (what, name, "" if what == "roles" else region)
        claimants = self._claimed.setdefault(thing, [])
        for first in claimants:
            if first.stack != self.stack_count and first.may_be_in(account):
                kind = what.removesuffix("s")
                message = f"another stack declares the {kind} `{name}` too ({first.place})"
                fix = "declare it in one of them, or give their files to commands of their own"
                both = frozenset((first.stack - 1, self.stack_count - 1))
                self.shared.append(SharedClaim(both, replace(where, message=message, fix=fix)))
                break
        claimants.append(_Claimant(self.stack_count, account, where.place))


def read(
    roots: Iterable[Node],
    environment: Mapping[str, str],
    overrides: Sequence[Override] = (),
    stack_name: StackName | None = None,
    *,
    chosen_environment: str | None = None,
    where_known: bool = False,
    standard_roots: Iterable[Node] = (),
    complete: bool = True,
    keep: bool = True,
) -> ReadManifests:
    """Read all documents of all sources together.

    Args:
        roots: the documents.
        environment: variables that values may use.
        overrides: values set from outside.
        stack_name: the Pulumi stack for Planton's manifests that name none.
        chosen_environment: the environment of all stacks, whatever they say.
        where_known: only of those stacks that declare it.
        standard_roots: documents that hold for all stacks, besides those of the kind in `roots`.
        complete: no document was lost to a mistake in its YAML.
        keep: the stacks are wanted, not only what is wrong with them.
    """
    reading = ReadManifests()
    own, foreign = dialects_apart(roots)
    documents, all_known = recognised(own, environment, reading.problems)
    if foreign:
        documents += _of_kubernetes(foreign, environment, reading)
    complete = complete and all_known
    standing, all_known = recognised(standard_roots, environment, reading.problems)
    complete = complete and all_known
    reading.problems.extend(misplaced(standing))
    standing += [document for document in documents if document.kind in STANDARD_KINDS]
    documents = [document for document in documents if document.kind not in STANDARD_KINDS]
    standard = standard_of(standing)
    reading.problems.extend(standard.problems)
    reading.policy_count = len(standard.policies)
    reading.environments = _environments(documents)
    reading.problems.extend(apply_overrides(documents, overrides))
    if chosen_environment is not None:
        chosen = choose_environment(
            documents, chosen_environment, complete=complete, where_known=where_known
        )
        reading.problems.extend(chosen)
    tables: dict[str, set[str]] = {}
    for group in groups(
        documents, environment, stack_name, reading.problems, standard, complete=complete
    ):
        _read_group(group, reading, standard, tables, keep=keep)
    for policy in standard.policies:
        for finding in idle_exemptions(policy.model, tables) if policy.model else ():
            reading.idle.extend(_located(policy, finding, policy))
    if reading.apart and reading.stacks:
        first = reading.stacks[0]
        reading.stacks[0] = replace(first, uncarried=(*first.uncarried, *reading.apart))
    if reading.problems:
        reading.stacks.clear()
    reading.problems = ordered(reading.problems)
    return reading


def ordered(problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once, file by file, from top to bottom."""
    files: dict[str | None, int] = {}
    unique: dict[tuple[object, ...], Problem] = {}
    for problem in problems:
        place = (problem.file, problem.line, problem.column, problem.path)
        unique.setdefault((*place, problem.message), problem)
    for problem in unique.values():
        files.setdefault(problem.file, len(files))
    return sorted(
        unique.values(), key=lambda entry: (files[entry.file], entry.line or 0, entry.column or 0)
    )


def recognised(
    roots: Iterable[Node], environment: Mapping[str, str], problems: list[Problem]
) -> tuple[list[ManifestDocument], bool]:
    """The documents whose kind is known, and whether that is all of them."""
    documents: list[ManifestDocument] = []
    complete = True
    for root in roots:
        problems.extend(substitute(root, environment))
        document, problems_of_kind = recognise(root)
        problems.extend(problems_of_kind)
        if document:
            documents.append(document)
        complete = complete and document is not None
    return documents, complete


def _of_kubernetes(
    roots: Sequence[Node], environment: Mapping[str, str], reading: ReadManifests
) -> list[ManifestDocument]:
    """The tables of Kubernetes' documents, in our words."""
    from tablewright.manifest.kubernetes.combining import combine  # noqa: PLC0415 - a dialect

    for root in roots:
        reading.problems.extend(substitute(root, environment))
    tables, reading.apart = combine(roots, reading.problems)
    return [ManifestDocument("Table", table.root, table) for table in tables]


def _environments(documents: Iterable[ManifestDocument]) -> list[str]:
    """Those of which some stack says what differs, each once."""
    stacks = [document.root for document in documents if document.kind == "Stack"]
    return list(dict.fromkeys(name for root in stacks for name in declared_environments(root)))


def _read_group(
    group: ManifestGroup,
    reading: ReadManifests,
    standard: Standard,
    tables_by_stack: dict[str, set[str]],
    *,
    keep: bool,
) -> None:
    stack = group.stack
    if stack is None:
        return
    reading.problems.extend(stack.problems)
    reading.stack_count += 1
    reading.table_count += len(group.tables)
    defaults = _defaults(stack.root)
    environment = environment_of(stack.root) if isinstance(stack.root, MappingNode) else ""
    tables: list[Checked[Table]] = []
    outlines: list[Outline] = []
    models: list[Table] = []
    here: list[TableDocument] = []
    elsewhere: set[str] = set()
    for table_document in group.tables:
        root = merged_document(overlaid(table_document.root, environment), defaults)
        table = check(root, Table, table_document.broken)
        reading.problems.extend(table.problems)
        model, table.model = table.model, None  # models take space; only the stack's outline stays
        if stack.model and model:
            subject = Subject(stack.model, model)
            if not is_there(subject) and table.is_sound(("spec", "onlyInEnvironments")):
                elsewhere.add(model.metadata.name)
                for finding in names_are_the_stacks(subject):
                    reading.problems.extend(_located(table, finding, stack))
                continue
            here.append(table_document)
            reading.problems.extend(_broken_rules(table, subject, stack))
            for rules, policy in standard.policies_for(stack.model):
                findings = table_offences(policy, subject)
                reading.problems.extend(_demanded(table, findings, stack, rules))
            tables.append(table)
            outlines.append(outline_of(subject))
            models.extend([model] if keep else [])
    if stack.model is None or group.imagined:
        return
    of_stack = tables_by_stack.setdefault(stack.model.metadata.name, set())
    of_stack |= {outline.key for outline in outlines} | elsewhere
    for rules, policy in standard.policies_for(stack.model):
        findings = stack_offences(policy, stack.model)
        reading.problems.extend(_demanded(stack, findings, stack, rules))
    _claim_things(stack, stack.model, zip(tables, outlines, strict=True), reading)
    for placed in stack_findings(stack.model, outlines, elsewhere):
        document = stack if placed.table is None else tables[placed.table]
        other = stack if placed.holder is None else tables[placed.holder]
        reading.problems.extend(_located(document, placed.finding, stack, other))
    if keep:
        group.tables = here
        reading.stacks.append(
            _manifest(group, stack, without_tables(stack.model, elsewhere), models)
        )


def _claim_things(
    stack: Checked[Stack],
    model: Stack,
    tables: Iterable[tuple[Checked[Table], Outline]],
    reading: ReadManifests,
) -> None:
    """Note what a stack declares; two of one name within it are found by its rules."""
    region = model.spec.region
    own: list[tuple[AnyDocument, Claim]] = [(stack, claim) for claim in stack_claims(model)]
    own += [(table, claim) for table, outline in tables for claim in outline.claims]
    for document, claim in own:
        node, rest = find(document.root, claim.place)
        reading.claim(*claim.thing, region, model.spec.account, node.problem("", "", *rest))


def _broken_rules(
    table: Checked[Table], subject: Subject, stack: Checked[Stack]
) -> Iterable[Problem]:
    """What the rules say of a table by itself."""
    findings = list(islice(table_findings(subject), MOST_PROBLEMS + 1))
    for finding in findings[:MOST_PROBLEMS]:
        yield from _located(table, finding, stack)
    if len(findings) > MOST_PROBLEMS:
        message = f"has more problems than the {MOST_PROBLEMS:,} that are shown"
        yield table.root.problem(message, "fix those first")


def _manifest(
    group: ManifestGroup, stack: Checked[Stack], model: Stack, tables: Sequence[Table]
) -> StackManifest:
    planton = bool(group.tables) and all(document.planton for document in group.tables)
    return StackManifest(
        stack=model,
        tables=tuple(tables),
        files={
            table.metadata.name: document.root.file or ""
            for table, document in zip(tables, group.tables, strict=False)
        },
        positions={
            table.metadata.name: document.root.position
            for table, document in zip(tables, group.tables, strict=False)
        },
        stack_file=None if planton and group.name else stack.root.file,
        stack_position=stack.root.position if isinstance(stack.root, MappingNode) else 0,
        planton=group.name,
        notes=tuple(group.notes),
        uncarried=tuple(text for document in group.tables for text in document.uncarried),
        from_planton=planton,
        kubernetes=tuple(
            document.kubernetes for document in group.tables if document.kubernetes is not None
        ),
    )


def _demanded(
    document: AnyDocument,
    findings: Iterable[Finding],
    stack: Checked[Stack],
    policy: Checked[StackPolicy],
) -> Iterable[Problem]:
    """What a policy finds, unless what it demands is itself mistaken."""
    for finding in findings:
        if policy.is_sound(finding.other) and policy.is_sound(("spec", "environments")):
            yield from _located(document, finding, stack, policy)


def _defaults(root: Node) -> MappingNode | None:
    spec = child(root, "spec")
    defaults = child(spec, "defaults") if spec else None
    return defaults if isinstance(defaults, MappingNode) else None


AnyDocument = Checked[Stack] | Checked[Table] | Checked[StackPolicy]


def place_at(document: AnyDocument, path: Path) -> str:
    """File, line and field of the other of two that cannot both be."""
    node, rest = find(document.root, path)
    problem = node.problem("", "", *rest)
    return f"{problem.place}: {problem.path}"


def _located(
    document: AnyDocument,
    finding: Finding,
    stack: AnyDocument,
    holder: AnyDocument | None = None,
) -> Iterable[Problem]:
    """The finding at its place, unless it follows from something that is broken anyway.

    Args:
        document: in which it is.
        finding: what is wrong.
        stack: the document of the stack.
        holder: of its `other`, if not the same document.
    """
    for path in (finding.path, *finding.reads):
        sound = stack.is_sound(path[1:]) if path[:1] == ("stack",) else document.is_sound(path)
        if not sound:
            return
    if finding.other:
        where = place_at(holder or document, finding.other)
        finding = replace(finding, message=f"{finding.message} ({where})")
    node, rest = find(document.root, finding.path)
    yield node.problem(finding.message, finding.fix, *rest)
