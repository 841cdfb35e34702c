"""Every error tablewright raises on purpose, as one tree.

    TablewrightError
    ├── InputError               exit 2   what the user gave is wrong; nothing was touched
    │   ├── ManifestError                 one or more problems, each with its place
    │   ├── UsageError                    the command line contradicts itself
    │   └── ConsentError                  a yes is missing and nobody is there to ask
    ├── RefusedError             exit 3   the guard said no; nothing was touched
    ├── DeclinedError            exit 3   the question was answered with no; nothing was touched
    ├── UnreadError              exit 4   something could not be read, so the answer is unknown
    ├── InterruptedRun           exit 130 stopped by the user; the same command finishes the job
    └── OperationError           exit 1   the work failed; the text says where and what to do
        ├── AwsError                      AWS or the way to it: credentials, region, endpoint
        │   ├── CredentialsError          none, expired, or not accepted
        │   ├── EndpointError             unreachable, or no such region
        │   ├── WaitTimeoutError          a resource did not reach its state in time
        │   ├── AccessDeniedError         a permission is missing; names action and resource
        │   ├── NotFoundError             what was asked for does not exist
        │   ├── ThrottledError            AWS still refused after all retries
        │   ├── WrongTargetError          a call was stopped before it left for another target
        │   └── UnsupportedError          the endpoint does not have that operation at all
        ├── EngineError                   Pulumi's engine: missing, locked, a failed step
        ├── SandboxError                  the embedded AWS
        ├── ExtraMissingError             packages that only some commands need
        └── SparkError                    Apache Spark

Each class has a stable `code`; `docs/errors.md` has one section per code, and a test holds the two
together. The text of an error is one clear sentence, `next_step` is what to do about it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any, ClassVar


@dataclass(eq=False)
class TablewrightError(Exception):
    """Base of all; raise a subclass.

    Args:
        message: what is wrong, one or two sentences without a class name or a traceback.
        next_step: what the user does about it; empty when there is nothing to add.
    """

    code: ClassVar[str] = "TW-E000"
    exit_status: ClassVar[int] = 1

    message: str
    next_step: str = ""

    def __reduce__(self) -> tuple[Any, ...]:
        """Worker processes pickle errors; `Exception` alone would lose the fields."""
        return type(self), tuple(getattr(self, field.name) for field in fields(self))

    def __str__(self) -> str:
        return f"{self.message}\n  → {self.next_step}" if self.next_step else self.message


@dataclass(eq=False)
class InputError(TablewrightError):
    """What the user gave is wrong; nothing was touched."""

    code = "TW-E100"
    exit_status = 2


@dataclass(frozen=True)
class Problem:
    """One mistake in a manifest, with its place and its fix.

    Args:
        message: what is wrong.
        fix: how to fix it; a sentence or a snippet of YAML.
        file: path as the user gave it, `-` for standard input, None when not tied to a file.
        line: 1-based.
        column: 1-based.
        path: field path, e.g. `spec.globalSecondaryIndexes[0].projection.type`.
    """

    message: str
    fix: str = ""
    file: str | None = None
    line: int | None = None
    column: int | None = None
    path: str = ""

    @property
    def place(self) -> str:
        """`file:line:column`, as far as known."""
        parts = [self.file or "-", self.line, self.column]
        return ":".join(str(part) for part in parts if part is not None)

    def __str__(self) -> str:
        where = f"{self.place}: {self.path}: " if self.path else f"{self.place}: "
        return f"{where}{self.message}" + (f"\n  → {self.fix}" if self.fix else "")


@dataclass(eq=False)
class ManifestError(InputError):
    """A manifest has one or more problems; all of them are in `problems`."""

    code = "TW-E110"

    problems: tuple[Problem, ...] = ()

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(str(problem) for problem in self.problems)])


@dataclass(eq=False)
class UsageError(InputError):
    """The command line contradicts itself or names what is not there."""

    code = "TW-E120"


@dataclass(eq=False)
class ConsentError(InputError):
    """A yes is needed, `--yes` was not given, and there is no terminal to ask at."""

    code = "TW-E130"


@dataclass(eq=False)
class DeclinedError(TablewrightError):
    """The question at the terminal was answered with no."""

    code = "TW-E310"
    exit_status = 3


@dataclass(eq=False)
class RefusedError(TablewrightError):
    """The guard refuses: something live would be replaced or deleted that nobody named."""

    code = "TW-E300"
    exit_status = 3


@dataclass(eq=False)
class UnreadError(TablewrightError):
    """Something could not be read, so the answer is unknown."""

    code = "TW-E400"
    exit_status = 4


@dataclass(eq=False)
class InterruptedRun(TablewrightError):  # noqa: N818 - an interruption is not an error
    """The user stopped the run; what was done is recorded and the same command finishes the job."""

    code = "TW-E500"
    exit_status = 130


@dataclass(eq=False)
class OperationError(TablewrightError):
    """The work failed."""

    code = "TW-E600"


@dataclass(eq=False)
class AwsError(OperationError):
    """AWS refused, or could not be reached."""

    code = "TW-E610"


@dataclass(eq=False)
class CredentialsError(AwsError):
    """No credentials, expired ones, or ones AWS does not accept."""

    code = "TW-E611"


@dataclass(eq=False)
class EndpointError(AwsError):
    """The endpoint cannot be reached, or the region does not exist."""

    code = "TW-E612"


@dataclass(eq=False)
class WaitTimeoutError(AwsError):
    """A resource did not reach its state in time; what was started goes on by itself."""

    code = "TW-E613"


@dataclass(eq=False)
class AccessDeniedError(AwsError):
    """A permission is missing.

    Args:
        action: the IAM action as AWS names it, `dynamodb:DescribeTable`; empty when it did not say.
        resource: ARN of what it was refused on; empty when AWS did not say.
    """

    code = "TW-E614"

    action: str = ""
    resource: str = ""


@dataclass(eq=False)
class NotFoundError(AwsError):
    """What was asked for does not exist in that account and region."""

    code = "TW-E615"


@dataclass(eq=False)
class ThrottledError(AwsError):
    """AWS refused for too many requests, also after all retries."""

    code = "TW-E616"


@dataclass(eq=False)
class WrongTargetError(AwsError):
    """A call made for one target was about to leave for another; nothing was sent."""

    code = "TW-E617"


@dataclass(eq=False)
class UnsupportedError(AwsError):
    """The endpoint does not have that operation, so what it is about cannot exist there."""

    code = "TW-E618"


@dataclass(eq=False)
class EngineError(OperationError):
    """Pulumi's engine reports a failure."""

    code = "TW-E620"


@dataclass(eq=False)
class EngineMissingError(EngineError):
    """No engine was found and none could be built."""

    code = "TW-E621"


@dataclass(eq=False)
class StackLockedError(EngineError):
    """Another run holds the stack.

    Args:
        user: who started it.
        host: on which machine.
        pid: as which process there; 0 when that is not known.
        since: when it began, RFC 3339.
    """

    code = "TW-E622"

    user: str = ""
    host: str = ""
    pid: int = 0
    since: str = ""


@dataclass(eq=False)
class PassphraseError(EngineError):
    """The passphrase of the stack's secrets is missing or wrong."""

    code = "TW-E623"


@dataclass(eq=False)
class BackendError(EngineError):
    """The place that keeps the stack's state cannot be reached or read."""

    code = "TW-E624"


@dataclass(eq=False)
class StackMissingError(EngineError):
    """There is no such stack: it was never deployed here, or it was removed."""

    code = "TW-E625"


@dataclass(eq=False)
class UserProgramError(EngineError):
    """The program that declares the resources failed itself, before or between steps."""

    code = "TW-E626"


@dataclass(eq=False)
class SandboxError(OperationError):
    """The embedded AWS cannot do what was asked."""

    code = "TW-E630"


@dataclass(eq=False)
class ExtraMissingError(OperationError):
    """Packages that only some commands need are not installed; the next step installs them."""

    code = "TW-E640"


@dataclass(eq=False)
class SparkError(OperationError):
    """Apache Spark does not start, or gave up."""

    code = "TW-E650"


def nearest_names(name: str, known: Collection[str], otherwise: str = "") -> str:
    """The next step for a name that does not exist: the three nearest that do.

    Args:
        name: as it was given.
        known: names that exist.
        otherwise: what to do where none is near and there are many.
    """
    spelled = {word.casefold(): word for word in sorted(known, reverse=True)}
    near = [spelled[word] for word in get_close_matches(name.casefold(), spelled, n=_MOST_NAMES)]
    if near:
        return f"did you mean {' or '.join(near)}?"
    if not known or (len(known) > _MOST_NAMES and otherwise):
        return otherwise or "there are none"
    first = sorted(known)[:_MOST_NAMES]
    more = f" and {len(known) - len(first)} more" if len(known) > len(first) else ""
    return f"there {'is' if len(known) == 1 else 'are'} {', '.join(first)}{more}"


_MOST_NAMES = 3


def listed(reasons: Iterable[tuple[str, str]]) -> str:
    """Reasons with their next steps, a line each; what several have in common is given once.

    Next steps that differ by a name of their reason alone are one, with all names.

    Args:
        reasons: each with what to do about it.
    """
    given = list(dict.fromkeys(reasons))
    groups: dict[object, list[tuple[str, str]]] = {}
    for reason, step in given:
        groups.setdefault(_pattern(reason, step), []).append((reason, step))
    lines = []
    for several in groups.values():
        joined = _joined(several)
        lines += [f"  - {reason}" for reason, _ in several] if joined else []
        lines += [f"    → {joined}"] if joined else []
        for reason, step in several if not joined else ():
            lines += [f"  - {reason}", f"    → {step}"]
    return "\n".join(lines)


_NAME = re.compile(r"[\w.:/@-]*\w")
_OPTION = re.compile(r"(--[\w-]+) $")


def _pattern(reason: str, step: str) -> tuple[str, ...]:
    """What a next step says besides the words of its reason."""
    words = {*_NAME.findall(reason)}
    return tuple(_NAME.sub(lambda match: "\0" if match[0] in words else match[0], step).split(" "))


def _joined(reasons: list[tuple[str, str]]) -> str:
    """The next step of several; empty where a command in it takes only one of their names."""
    steps = [step for _, step in reasons]
    if len(set(steps)) == 1:
        return steps[0]
    text, end = "", 0
    matches = [[*_NAME.finditer(step)] for step in steps]
    for several in zip(*matches, strict=True):
        first = several[0]
        text += steps[0][end : first.start()]
        names = list(dict.fromkeys(match[0] for match in several))
        option = _OPTION.search(text)
        if len(names) > 1 and text.count("`") % 2 and not option:
            return ""
        between = f" {option[1]} " if option and text.count("`") % 2 else ", "
        text += between.join(names)
        end = first.end()
    return text + steps[0][end:]
