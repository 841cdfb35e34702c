"""Names of environments: those of a table are those of its stack, else they would never apply."""

from __future__ import annotations

from collections.abc import Iterator

from tablewright.manifest.messages.vocabulary import nearest_word
from tablewright.manifest.rules.finding import Finding, Rule, Subject


def names_are_the_stacks(subject: Subject) -> Iterator[Finding]:
    """An environment that the stack does not know is a slip of the pen."""
    known = {*subject.stack.spec.environments, subject.stack.spec.environment}
    for name in subject.spec.environments:
        if name in known:
            continue
        meant = nearest_word(name, known)
        yield Finding(
            ("spec", "environments", name),
            f"the stack has no environment `{name}`",
            f"did you mean `{meant}`?"
            if meant
            else f"add `{name}: {{}}` to `spec.environments` of the stack, or remove it",
            reads=(("stack", "spec", "environments"), ("stack", "spec", "environment")),
        )


RULES: tuple[Rule, ...] = (names_are_the_stacks,)
