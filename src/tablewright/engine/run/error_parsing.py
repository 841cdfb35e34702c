"""What the engine and its providers say in words only, read into our errors. Pure; a last resort.

Everything else is read from typed events and from the state. Each pattern here was seen from engine
3.259 or comes from the wording of the AWS SDKs, and has a test with the text as it was said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tablewright.engine.run.events import Failure
from tablewright.engine.run.protection import PROTECTED, UNPROTECT, protected
from tablewright.errors import (
    AccessDeniedError,
    AwsError,
    BackendError,
    CredentialsError,
    EndpointError,
    EngineError,
    NotFoundError,
    PassphraseError,
    RefusedError,
    StackLockedError,
    StackMissingError,
    TablewrightError,
    ThrottledError,
    WaitTimeoutError,
)

# Patterns are kept as texts: compiling them all takes 15 ms, and most runs end well.
_NOISE = (
    r"(?i)(update|preview|refresh|destroy|destruction) (failed|canceled|cancelled)"
    r"|resource monitor .*shut(ting)? ?down.*"
    r"|BAIL: .*"
)
_PENDING_WARNING = "pending operations from previous deployment"
_CHECK = r"(?s)\S+ resource '.*?': property \S+ value \{.*\} has a problem: (?P<why>.*)"
_UNCHECKED = r"(?s)\S+ resource '.*?' has a problem: (?P<why>.*)"
_IMPORT_GONE = r"(?:Preview failed: )?resource '(?P<id>.*)' does not exist"
_BRIDGE = r"^\s*sdk-v2/\S+: sdk\.helper_schema: |^\s*diffing \S+: |^\d+ errors? occurred:\s*\*? ?"
_SDK_V2 = (
    r"(?s)operation error [\w ]+: (?P<operation>\w+), "
    r"(?:https response error StatusCode: \d+, RequestID: [\w-]*, (?:HostID: [^,]*, )?)?"
    r"(?:api error )?(?P<code>[A-Z]\w+): (?P<said>.*)"
)
_REQUEST_ID = r",? ?\(?(?:https response error )?StatusCode: \d+, RequestID: [\w-]*\)?,? ?"
_PROVIDER_ENDED = (
    r"pulumi-resource-\S+ exited prematurely|error reading from server: EOF|transport is closing"
)
_DEFAULT_PROVIDER = r"\bdefault_\d+(?:_\d+)+\b"
"""The engine's name of the provider that a program did not name, by its version."""
_TRAILER = r": provider=\w+@[\w.+-]+$"

_GO_ON = "fix what it names and run the same command again: it goes on where this one stopped"
_LOCK = (
    r"(?:(?P<file>\S+): )?created by (?P<user>.*)@(?P<host>\S+) "
    r"\(pid (?P<pid>\d+)\) at (?P<since>\S+)"
)


@dataclass(frozen=True, slots=True)
class NamedLock:
    """A lock as the engine's refusal names it; `file` is its URL in a bucket."""

    user: str
    host: str
    pid: int
    since: str
    file: str = ""


def named_locks(text: str) -> tuple[NamedLock, ...]:
    """The locks that a refusal of the engine lists; empty for any other text."""
    return tuple(
        NamedLock(
            match["user"],
            match["host"],
            int(match["pid"]),
            match["since"],
            (match["file"] or "").partition("?")[0],
        )
        for match in re.finditer(_LOCK, text)
    )


def is_noise(message: str) -> bool:
    """A sentence of the engine that adds nothing to what was said of the resources."""
    return bool(message) and (
        re.fullmatch(_NOISE, message.strip()) is not None or _PENDING_WARNING in message
    )


def error_of_failures(failures: Sequence[Failure]) -> TablewrightError | None:
    """One error for all that failed in a run, each resource named; None if nothing did.

    The class is that of the first failure whose text tells one: an AWS refusal stays an AWS error
    though the engine reports it.
    """
    messages = [
        (failure, clean(failure.message)) for failure in failures if not is_noise(failure.message)
    ]
    if not messages:
        return None
    if any(re.search(_PROVIDER_ENDED, message) for _, message in messages):
        return _provider_ended(messages)
    lines = list(dict.fromkeys(_line(failure, message) for failure, message in messages))
    errors = [error_of_text(message) for _, message in messages]
    first = next((error for error in errors if type(error) is not EngineError), errors[0])
    first.next_step = first.next_step or _GO_ON
    if len(lines) == 1:
        first.message = _line(messages[0][0], first.message)
        return first
    listed = "\n".join(f"  - {line}" for line in lines)
    return type(first)(f"{len(lines)} resources failed:\n{listed}", first.next_step)


def _provider_ended(messages: Sequence[tuple[Failure, str]]) -> EngineError:
    """One sentence for what each open step says in its own way."""
    steps = (failure for failure, _ in messages if not failure.type.startswith("pulumi:"))
    names = sorted({failure.name for failure in steps if failure.name})
    rest = f"; how far {', '.join(names)} came is not known" if names else ""
    return EngineError(
        "the process that calls AWS (the embedded AWS, or the provider's plug-in) ended in the "
        f"middle of the run{rest}",
        "run the same command again; a table that was made and is not recorded it names, with the "
        "way to take it over",
    )


def _line(failure: Failure, message: str) -> str:
    """The resource in front of what was said of it, unless the text names it already."""
    if not failure.name or failure.type.startswith("pulumi:") or failure.name in message:
        return message
    return f"{failure.name}: {message}"


def error_of_text(text: str) -> TablewrightError:
    """The error that a text of the engine or of a provider means."""
    for pattern, make in _MEANINGS:
        if match := re.search(pattern, text):
            return make(match, text)
    message, next_step = _split_next_step(text)
    return EngineError(message, next_step)


def error_of_output(output: str) -> TablewrightError:
    """The error behind what the engine printed before it gave up without any event."""
    lines = output.strip().splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("error: ")]
    message = "\n".join(lines[starts[0] :]).removeprefix("error: ") if starts else output.strip()
    return error_of_text(clean(message) or "Pulumi's engine ended and did not say why")


def clean(message: str) -> str:
    """A provider's text without the engine's and the SDKs' wrappings, on as few lines as it has."""
    text = re.sub(_TRAILER, "", message.strip())
    if refusal := protected(text):
        return refusal
    text = re.sub(_BRIDGE, "", text)
    for pattern in (_CHECK, _UNCHECKED):
        if match := re.fullmatch(pattern, text):
            text = match["why"]
    if match := re.fullmatch(_IMPORT_GONE, text):
        return f"there is no {match['id']} to import"
    if match := re.search(_SDK_V2, text):
        before = text[: match.start()].rstrip(" :")
        reason = f"{match['said'].strip()} ({match['code']})"
        text = f"{before}: {reason}" if before else f"{match['operation']}: {reason}"
    text = re.sub(_DEFAULT_PROVIDER, "aws", text)
    return re.sub(_REQUEST_ID, "", text).strip().rstrip(".")


def _split_next_step(text: str) -> tuple[str, str]:
    """Our provider says what is wrong and what to do, with a semicolon between."""
    message, _, next_step = text.partition("; ")
    return (message, next_step) if next_step and "\n" not in text else (text, "")


Making = Callable[["re.Match[str]", str], TablewrightError]


def _said(kind: type[TablewrightError], fallback: str = "") -> Making:
    """The text itself as an error of a kind, with a next step if it brings none along."""

    def make(_: re.Match[str], text: str) -> TablewrightError:
        message, next_step = _split_next_step(text)
        return kind(message, next_step or fallback)

    return make


def _instead(kind: type[TablewrightError], message: str, next_step: str) -> Making:
    """Our own words for a text that says too little or too much."""
    return lambda _found, _text: kind(message, next_step)


def _locked(_: re.Match[str], text: str) -> TablewrightError:
    lock, *others = named_locks(text) or (None,)
    next_step = "wait until that run has ended, then run the same command again"
    if lock is None:
        return StackLockedError("the stack is in use by another run", next_step)
    if lock.file:
        next_step += f"; if it is gone for certain, delete {lock.file} first"
    return StackLockedError(
        f"the stack is in use by {lock.user}@{lock.host} (process {lock.pid}) since {lock.since}",
        next_step,
        user=lock.user,
        host=lock.host,
        pid=0 if others else lock.pid,  # if one of several is gone, others may live
        since=lock.since,
    )


def _no_plugin(match: re.Match[str], _: str) -> TablewrightError:
    name = match["plain"] or match["versioned"] or "that package"
    return EngineError(
        f"the provider for {name} is not installed",
        f"install it with `pulumi plugin install resource {name}`, or choose another --provider",
    )


def _waited(_: re.Match[str], text: str) -> TablewrightError:
    """Providers speak of an option of programs; here there is the same command."""
    next_step = "AWS continues in the background: run the same command again"
    return WaitTimeoutError(_split_next_step(text)[0], next_step)


def _inconsistent(_: re.Match[str], text: str) -> TablewrightError:
    """The engine asks to be told of its bug; what is wrong is the state it was given."""
    lines = (line.strip().rstrip(".") for line in text.splitlines())
    telling = [line for line in lines if re.search(r"resource |refers|URN", line)]
    why = f": {telling[0]}" if telling else ""
    return BackendError(
        f"the stack's state contradicts itself{why}",
        "restore it from a backup; without one, move it away and import what is there with "
        "`adopt: true`",
    )


def _backend(_: re.Match[str], text: str) -> TablewrightError:
    reason = text.rsplit(": ", 1)[-1]
    return BackendError(
        f"the stack's state cannot be read: {reason}",
        "check the backend's URL, its credentials and the network",
    )


_MEANINGS: tuple[tuple[str, Making], ...] = (
    (PROTECTED, _said(RefusedError, UNPROTECT)),
    (r"(?i)this is a bug|integrity (error|check)|snapshot .*malformed", _inconsistent),
    (
        r"(?s)panic: |goroutine \d+ \[",
        _instead(
            EngineError,
            "Pulumi's engine crashed",
            "run the same command again; what was done until then is recorded",
        ),
    ),
    (
        r"unexpected end of JSON input",
        _instead(
            BackendError,
            "a file of the stack's state, or its lock, was cut off",
            "run `tablewright up PATH`, which goes on from the last copy that is whole",
        ),
    ),
    (
        r"(newer|unsupported|unknown) .*(version|features)|deployment schema version",
        _instead(
            BackendError,
            "the stack's state was written by a later version",
            "use the version of tablewright that wrote it, or a later one",
        ),
    ),
    (r"currently locked by", _locked),
    (
        r"incorrect passphrase|decrypting secret value|message authentication failed",
        _instead(
            PassphraseError,
            "the passphrase is not the one this stack's secrets were encrypted with",
            "set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to the stack's own",
        ),
    ),
    (
        r"passphrase must be set|unable to read PULUMI_CONFIG_PASSPHRASE_FILE",
        _instead(
            PassphraseError,
            "the stack's secrets need a passphrase, and there is none",
            "set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE",
        ),
    ),
    (
        r"no stack named|stack '.*' not found",
        _instead(
            StackMissingError,
            "there is no such stack",
            "check the name, the environment and --backend; `tablewright up PATH` makes it",
        ),
    ),
    (
        r"PULUMI_ACCESS_TOKEN must be set|invalid access token|\(401\)",
        _instead(
            BackendError,
            "the backend wants a login, or its URL is not one the engine knows",
            "set PULUMI_ACCESS_TOKEN for Pulumi Cloud, or give a folder or s3://BUCKET",
        ),
    ),
    (
        (
            r"unable to open (state directory|bucket)|read \"\.pulumi/|\.pulumi/meta\.yaml"
            r"|failed to load checkpoint|error listing stacks|blob \(key|could not list bucket"
        ),
        _backend,
    ),
    (
        (
            r"no resource plugin '(?:pulumi-resource-)?(?P<plain>[\w-]+)'"
            r"|Could not automatically download.*resource plugin '?(?P<versioned>[\w-]+)"
        ),
        _no_plugin,
    ),
    (
        (
            r"there are no AWS credentials|NoCredentialProviders|No valid credential sources"
            r"|failed to refresh cached credentials|get credentials: |Unable to locate credentials"
            r"|Invalid credentials configured"
        ),
        _said(CredentialsError, "run `aws configure` or `aws sso login`, or set AWS_PROFILE"),
    ),
    (
        (
            r"\b(ExpiredToken(Exception)?|RequestExpired|UnrecognizedClientException"
            r"|InvalidClientTokenId|InvalidAccessKeyId|SignatureDoesNotMatch|AuthFailure"
            r"|InvalidSignatureException)\b|the credentials have expired"
            r"|does not accept these credentials"
        ),
        _said(CredentialsError, "log in again, or check AWS_PROFILE and the clock"),
    ),
    (
        (
            r"\bAccessDenied(Exception)?\b|\bUnauthorizedOperation\b|is not authorized to perform"
            r"|: (\w+:)?\w+ is not allowed"
        ),
        _said(AccessDeniedError, "add the action to the policy of the identity in use"),
    ),
    (
        (
            r"dial tcp|connection refused|no such host|cannot be reached|nothing answers at"
            r"|Could not connect to the endpoint"
        ),
        _said(EndpointError, "check the region's name, the endpoint and the network"),
    ),
    (r"AWS allows one change of time to live an hour", _said(AwsError)),
    (
        r"\b(Throttling(Exception)?|TooManyRequestsException|RequestLimitExceeded)\b",
        _said(ThrottledError, "wait a minute and run the same command again"),
    ),
    (
        (
            r"timeout while waiting|timed out waiting|was not \w+ within|Max attempts exceeded"
            r"|: after [\w ]+ still waiting:"
        ),
        _waited,
    ),
    (
        r"\b(ResourceNotFoundException|NoSuchEntity(Exception)?|TableNotFoundException)\b",
        _said(NotFoundError, "check the name, the region and the account"),
    ),
    (r"\b[A-Z]\w+(Exception|Exceeded|AlreadyExists|Conflict|Fault)\b|^could not ", _said(AwsError)),
)
"""First match wins: texts of the engine itself, then of AWS, then anything with an AWS code."""
