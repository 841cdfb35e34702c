"""Tags: what AWS accepts, and what the stack demands (Developer Guide, Tagging restrictions)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

from tablewright.dynamodb_values import LONGEST_TAG_KEY, LONGEST_TAG_VALUE, MOST_TAGS
from tablewright.manifest.documents.node import Path
from tablewright.manifest.messages.vocabulary import shown
from tablewright.manifest.models import Stack
from tablewright.manifest.rules.finding import Finding, Subject, at
from tablewright.manifest.tagging import ENVIRONMENT, effective_tags
from tablewright.stack_id import RESERVED_TAGS

_SIGNS = frozenset("_.:/=+-@")


def tags_are_accepted(path: Path, tags: Mapping[str, str]) -> Iterator[Finding]:
    """Length and characters of each tag of one mapping."""
    for key, value in tags.items():
        here = (*path, key)
        if not key:
            yield Finding(path, "a tag has an empty name", "give it a name")
        elif key.lower().startswith("aws:"):
            message = f"`{shown(key)}`: names that begin with `aws:` belong to AWS"
            yield Finding(here, message, "use another name")
        elif key.startswith(RESERVED_TAGS):
            message = (
                f"`{shown(key)}`: names that begin with `{RESERVED_TAGS}` belong to tablewright"
            )
            yield Finding(here, message, "leave it out: it is set where it is needed")
        if len(key) > LONGEST_TAG_KEY:
            message = f"the tag's name has {len(key)} characters, more than {LONGEST_TAG_KEY}"
            yield Finding(here, message, "use a shorter name")
        if len(value) > LONGEST_TAG_VALUE:
            message = f"the tag's value has {len(value)} characters, more than {LONGEST_TAG_VALUE}"
            yield Finding(here, message, "use a shorter value")
        for what, text in (("name", key), ("value", value)):
            wrong = sorted({sign for sign in text if not _allowed(sign)})
            if wrong:
                signs = " ".join(repr(sign) for sign in wrong[:5])
                message = f"the tag's {what} contains {signs}, which AWS does not accept"
                yield Finding(here, message, "use letters, digits, blanks and _ . : / = + - @")


def _allowed(sign: str) -> bool:
    return sign in _SIGNS or unicodedata.category(sign)[0] in "LNZ"


def own_tags_are_accepted(subject: Subject) -> Iterator[Finding]:
    """All mappings of tags in a table's document."""
    for path, tags in _mappings(subject):
        yield from tags_are_accepted(path, tags)


def not_too_many(subject: Subject) -> Iterator[Finding]:
    """Fifty on each thing; what is too much by itself is not said of all that takes it over."""
    spec, stack = subject.spec, subject.stack
    shared = effective_tags(stack, spec.tags)
    if len(effective_tags(stack)) > MOST_TAGS:
        return
    if len(shared) > MOST_TAGS:
        yield _too_many(at("tags"), len(shared))
        return
    for path, own in _mappings(subject):
        count = len(effective_tags(stack, spec.tags, own))
        if count > MOST_TAGS:
            yield _too_many(path, count)


def _too_many(path: Path, count: int) -> Finding:
    message = f"{count} tags in all, more than {MOST_TAGS}"
    return Finding(path, message, "remove some, here or in the stack's tags")


def case_is_no_difference(subject: Subject) -> Iterator[Finding]:
    """IAM takes `Team` and `team` for one tag, given twice (IAM User Guide, Tagging resources)."""
    if len(effective_tags(subject.stack, subject.spec.tags)) > MOST_TAGS:
        return
    for number, role in enumerate(subject.spec.access):
        first: dict[str, str] = {}
        for key in effective_tags(subject.stack, subject.spec.tags, role.tags):
            known = first.setdefault(key.lower(), key)
            if known != key:
                path = at("access", number, "tags", key)
                message = f"IAM takes the tags `{known}` and `{key}` of the role for one"
                yield Finding(path, message, "keep one of them, here or in the stack's tags")


def _mappings(subject: Subject) -> Iterator[tuple[Path, Mapping[str, str]]]:
    spec = subject.spec
    yield at("tags"), spec.tags
    yield at("tableTags"), spec.table_tags
    for number, role in enumerate(spec.access):
        yield at("access", number, "tags"), role.tags
    for name, info in type(spec.alarms).model_fields.items():
        value = getattr(spec.alarms, name)
        if hasattr(value, "tags"):
            yield at("alarms", info.alias or name, "tags"), value.tags
    for number, alarm in enumerate(spec.alarms.metrics):
        yield at("alarms", "metrics", number, "tags"), alarm.tags
    for number, replica in enumerate(spec.global_table.replicas if spec.global_table else ()):
        yield at("globalTable", "replicas", number, "tags"), replica.tags


def missing_tags(stack: Stack, *own: Mapping[str, str]) -> list[str]:
    """Mandatory tags that something with these tags of its own would lack, or have empty."""
    tags = effective_tags(stack, *own)
    return [name for name in stack.spec.mandatory_tags if not tags.get(name, "").strip()]


def mandatory_tags_lacking(subject: Subject) -> dict[str, Finding]:
    """What the stack demands of everything and the table lacks, by the name of the tag."""
    return {
        name: Finding(
            at("tags", name) if name in subject.spec.tags else at("tags"),
            f"the mandatory tag `{name}` is missing on table `{subject.name}`",
            f"add `{name}` to the table's `tags`, or to `spec.tags` of the stack for all tables",
            reads=(("stack", "spec", "mandatoryTags"),),
        )
        for name in missing_tags(subject.stack, subject.spec.tags)
    }


def stack_tags(stack: Stack) -> Iterator[Finding]:
    """The tags a stack gives to everything, and those of its own alarms."""
    spec = stack.spec
    yield from tags_are_accepted(at("tags"), spec.tags)
    yield from tags_are_accepted(at("enforcedTags"), spec.enforced_tags)
    yield from tags_are_accepted(at("defaults", "tags"), spec.defaults.tags)
    yield from tags_are_accepted(at("defaults", "tableTags"), spec.defaults.table_tags)
    count = len(effective_tags(stack))
    if count > MOST_TAGS:
        yield _too_many(at("tags"), count)
    if ENVIRONMENT in spec.enforced_tags and spec.enforced_tags[ENVIRONMENT] != spec.environment:
        yield Finding(
            at("enforcedTags", ENVIRONMENT),
            f"the tag Environment is always the environment, `{spec.environment}`",
            "remove it here; change `environment` if that is wrong",
            reads=(at("environment"), at("mandatoryTags")),
        )


RULES = (own_tags_are_accepted, not_too_many, case_is_no_difference)
