"""The hand-over from CloudFormation as lines to print, exact and in order. Pure."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .editing import PLACEHOLDER
from .handover import EditedTemplates, StackHandOver
from .resources import SAM
from .roles import ROLE
from .template import Template

CDK_PATH = "aws:cdk:path"
_LARGEST_INLINE_BYTES = 51_200
"""Of a template that is not in S3 (CloudFormation quotas)."""
_OF_SAM = ("CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND")


@dataclass(frozen=True, slots=True)
class Deploys:
    """Where the steps are done.

    Args:
        stack: name of the stack; None where only a template was given.
        region: of it.
        first: file of the template that retains.
        second: file of the template without what changed hands.
        preview: the command that previews the manifests.
        up: the command that takes over.
        capabilities: that the stack was deployed with.
    """

    stack: str | None
    region: str
    first: Path
    second: Path
    preview: str
    up: str
    capabilities: Sequence[str] = ()

    def command(self, verb: str, *more: str) -> str:
        """A command of the AWS CLI on the stack, as it can be typed."""
        place = ("--stack-name", self.stack or "STACK", "--region", self.region)
        return shlex.join(["aws", "cloudformation", verb, *place, *more])


def steps(
    template: Template, change: StackHandOver, edits: EditedTemplates, deploys: Deploys | None
) -> Iterator[str]:
    """The steps; none where nothing changes hands.

    Args:
        template: of the stack, as it was written.
        change: what changes hands.
        edits: the templates of both deploys.
        deploys: where they are done; None where they were not written.
    """
    if not change.taken:
        return
    yield (
        "\nThe hand-over from CloudFormation, in this order; nothing is deleted on the way.\n"
        f"What changes hands: {', '.join(change.ids)}."
    )
    if deploys is None:
        yield "Give --directory: the templates of the two deploys are written there."
        return
    way = _way(template, change, deploys)
    yield from way.first()
    for problem in edits.retained.problems:
        yield f"   By hand, before that: {problem}"
    yield from _check(edits, deploys)
    yield from way.second()
    yield from _rest(edits, deploys)
    yield "3. Take them over; the preview shows imports, and no change but the tag of the owner:"
    yield f"     {deploys.preview}"
    yield f"     {deploys.up}"


def _check(edits: EditedTemplates, deploys: Deploys) -> Iterator[str]:
    """What must be so before the second deploy."""
    if edits.retained.problems:  # nobody can say how often the word stands in what is written then
        yield "   Go on only when both policies of each of them are Retain in what this prints; the"
        yield "   next step deletes what is not retained:"
        yield f"     {deploys.command('get-template', '--template-stage', 'Processed')}"
        return
    count = edits.retained.text.count("Retain")
    yield f"   Go on only when this prints {count}; the next step deletes what is not retained:"
    yield f"     {deploys.command('get-template')} | grep -o Retain | wc -l"


def _rest(edits: EditedTemplates, deploys: Deploys) -> Iterator[str]:
    """What there is to know of the second template."""
    second = edits.without
    if second.replaced:
        yield f"   In it, {second.replaced} references to them are their names and ARNs."
    for problem in second.problems:
        if problem not in edits.retained.problems:
            yield f"   By hand, before that: {problem}"
    if second.is_empty:
        yield f"   Nothing else is in the stack: {PLACEHOLDER} only keeps it. Then it can go:"
        yield f"     {deploys.command('delete-stack')}"


class _Templates:
    """The steps of a stack that is deployed from a template."""

    def __init__(self, template: Template, change: StackHandOver, deploys: Deploys) -> None:
        self.template, self.change, self.deploys = template, change, deploys

    def first(self) -> Iterator[str]:
        """The deploy that retains."""
        yield "1. Deploy the template in which both of their policies are Retain:"
        yield f"     {self._deploy(self.deploys.first)}"

    def second(self) -> Iterator[str]:
        """The deploy without them."""
        yield "2. Deploy the template without them, which leaves them in place:"
        yield f"     {self._deploy(self.deploys.second)}"

        if is_sam(self.template):
            yield "   (or by `sam deploy`, from the folder of the code of its functions)"

    def _deploy(self, file: Path) -> str:
        more = ["--template-file", str(file)]
        if len(self.template.text.encode()) > _LARGEST_INLINE_BYTES:
            more += ["--s3-bucket", "BUCKET"]
        if capabilities := self.deploys.capabilities or _OF_SAM * is_sam(self.template):
            more += ["--capabilities", *capabilities]
        return self.deploys.command("deploy", *more)


class _Cdk(_Templates):
    """The steps of a stack that the CDK makes."""

    def first(self) -> Iterator[str]:
        """The lines that retain."""
        yield "1. At the end of the stack's constructor add these lines, then run `cdk deploy`:"
        yield "     import { CfnResource, RemovalPolicy } from 'aws-cdk-lib';"
        paths = cdk_paths(self.template, self.change, self.deploys.stack)
        for path in paths.values():
            construct = "this" + "".join(f".node.findChild({json.dumps(part)})" for part in path)
            yield f"     ({construct} as CfnResource).applyRemovalPolicy(RemovalPolicy.RETAIN);"
        for name in self.change.ids:
            if name not in paths:
                yield f"   {name} has no construct path: make both policies of it Retain as well."
        yield f"   The template becomes that in {self.deploys.first}."

    def second(self) -> Iterator[str]:
        """The constructs go."""
        yield "2. Remove these lines and the constructs, then run `cdk deploy`. What used a table"
        yield "   gets it from `Table.fromTableAttributes(this, 'ID', { tableName: 'NAME' })`."
        if any(resource.kind == ROLE for resource in self.change.taken):
            yield "   What used a role, a function as its `role`, gets it from"
            yield "   `Role.fromRoleName(this, 'ID', 'NAME', { mutable: false })`."
        yield f"   The template becomes that in {self.deploys.second}."


class _Serverless(_Templates):
    """The steps of a stack that the Serverless Framework deploys."""

    def first(self) -> Iterator[str]:
        """The lines that retain."""
        yield "1. In serverless.yml, below `resources.Resources`, add both policies to each of"
        yield "   these, then run `serverless deploy`:"
        for name in self.change.ids:
            yield f"     {name}: {{DeletionPolicy: Retain, UpdateReplacePolicy: Retain}}"
        yield f"   The compiled template becomes that in {self.deploys.first}."

    def second(self) -> Iterator[str]:
        """The resources go."""
        yield "2. Remove them there, then run `serverless deploy`."
        yield f"   The compiled template becomes that in {self.deploys.second}."


def _way(template: Template, change: StackHandOver, deploys: Deploys) -> _Templates:
    if cdk_paths(template, change, deploys.stack):
        return _Cdk(template, change, deploys)
    if is_serverless(template):
        return _Serverless(template, change, deploys)
    return _Templates(template, change, deploys)


def cdk_paths(template: Template, change: StackHandOver, stack: str | None) -> dict[str, list[str]]:
    """The construct of each resource, as its path below the stack; empty without the CDK."""
    paths = {}
    for resource in change.taken:
        entry = template.section("Resources").get(resource.id)
        metadata = entry.value.entries.get("Metadata") if entry else None
        path = metadata.value.entries.get(CDK_PATH) if metadata else None
        if path is not None:
            parts = str(path.value.content).split("/")
            # A stack within stages is called after all of them.
            above = [
                count for count in range(1, len(parts)) if "-".join(parts[:count]) == stack
            ] or [1]
            paths[resource.id] = parts[above[0] :]
    return paths


def is_serverless(template: Template) -> bool:
    """Whether the Serverless Framework compiled it."""
    names = {*template.section("Resources"), *template.section("Outputs")}
    return any(name.startswith("ServerlessDeploymentBucket") for name in names)


def is_sam(template: Template) -> bool:
    """Whether it is one of AWS SAM."""
    entry = template.root.entries.get("Transform")
    if entry is None:
        return False
    content = entry.value.content
    values = content if isinstance(content, list) else [entry.value]
    return any(value.content == SAM for value in values)
