"""Names of environments: those of a table are those of its stack, else they would never apply."""

from __future__ import annotations

from collections.abc import Iterator

from tablewright.manifest.documents.node import Path
from tablewright.manifest.messages.vocabulary import nearest_word
from tablewright.manifest.rules.finding import Finding, Rule, Subject


def names_are_the_stacks(subject: Subject) -> Iterator[Finding]:
    """An environment that the stack does not know is a slip of the pen."""
    known = {*subject.stack.spec.environments, subject.stack.spec.environment}
    of_table: list[tuple[Path, str]] = [
        *((("spec", "environments", name), name) for name in subject.spec.environments),
        *(
            (("spec", "onlyInEnvironments", number), name)
            for number, name in enumerate(subject.spec.only_in_environments)
        ),
    ]
    for path, name in of_table:
        if name in known:
            continue
        meant = nearest_word(name, known)
        yield Finding(
            path,
            f"the stack has no environment `{name}`",
            f"did you mean `{meant}`?"
            if meant
            else f"add `{name}: {{}}` to `spec.environments` of the stack, or remove it",
            reads=(("stack", "spec", "environments"), ("stack", "spec", "environment")),
        )


def is_there(subject: Subject) -> bool:
    """Whether the table belongs to the environment of its stack."""
    named = subject.spec.only_in_environments
    return not named or subject.stack.spec.environment in named


RULES: tuple[Rule, ...] = (names_are_the_stacks,)
