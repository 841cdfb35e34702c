"""From botocore's exceptions to ours: one clear sentence and what to do about it.

    with translated("read table events"):
        client.describe_table(TableName="events")

Messages of failed signatures are not passed on: AWS repeats the signed request in them, session
token included.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from botocore import exceptions as boto
from botocore.exceptions import BotoCoreError, ClientError

from tablewright.errors import (
    AccessDeniedError,
    AwsError,
    CredentialsError,
    EndpointError,
    NotFoundError,
    TablewrightError,
    ThrottledError,
    UnsupportedError,
    WaitTimeoutError,
)

from .guard import host_of, is_loopback
from .persistence import IncompleteReplyError

_DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"}
)
_EXPIRED = frozenset(
    {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
)
_NOT_ACCEPTED = frozenset(
    {
        "AuthFailure",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_NOT_FOUND = frozenset(
    {
        "AWS.SimpleQueueService.NonExistentQueue",
        "BackupNotFoundException",
        "NoSuchEntity",
        "NoSuchEntityException",
        "NotFound",  # of SNS
        "NotFoundException",
        "ObjectNotFoundException",
        "PolicyNotFoundException",
        "QueueDoesNotExist",
        "ResourceNotFound",
        "ResourceNotFoundException",
        "TableNotFoundException",
    }
)
THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
"""Replies to a caller who asks too often, of all services (botocore's own list, and DynamoDB's)."""
_IN_USE = frozenset({"ResourceInUseException", "ConcurrentModification"})
_HELD = frozenset({"DeleteConflict"})
_OPT_IN = frozenset({"OptInRequired"})
_LIMIT = frozenset({"LimitExceeded", "LimitExceededException", "ServiceQuotaExceededException"})
_UNKNOWN_OPERATION = frozenset({"UnknownOperationException", "InvalidAction"})

_ACTION = re.compile(r"perform:? ([a-z0-9-]+:\w+)")
_RESOURCE = re.compile(r"on resource:? (?:\"|')?([^\s\"',]+)")
_SERVER_FAILED = 500


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turn what botocore raises inside into an error of ours.

    Args:
        doing: what is tried, in words that follow "could not": `read table events`.
    """
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise translate(error, doing) from error
    except RuntimeError as error:
        if not _says_expired(error):
            raise
        raise CredentialsError(
            f"could not {doing}: the credentials have expired, new ones too", _CLOCKS
        ) from error


def translate(error: Exception, doing: str) -> TablewrightError:
    """The error of ours that says what `error` means for somebody who tried `doing`."""
    if isinstance(error, TablewrightError):
        return error
    if isinstance(error, ClientError):
        return _refusal(error, f"could not {doing}")
    for kinds, answer in _LOCAL:
        if isinstance(error, kinds):
            return answer(error, f"could not {doing}")
    return AwsError(f"could not {doing}: {_flat(str(error))}")


def _says_expired(error: RuntimeError) -> bool:
    """There is no class for a process that hands out expired credentials."""
    return "credentials are still expired" in str(error)


def code_of(error: BaseException | None) -> str:
    """AWS's code of a refusal, `ResourceNotFoundException`; empty for any other error."""
    if not isinstance(error, ClientError):
        return ""
    code: str = error.response.get("Error", {}).get("Code", "")
    return code


def is_not_found(error: BaseException) -> bool:
    """Whether AWS said that the thing asked for does not exist."""
    return code_of(error) in _NOT_FOUND


def _refusal(error: ClientError, failed: str) -> AwsError:
    code, message = code_of(error), _flat(error.response.get("Error", {}).get("Message", ""))
    if code in _DENIED:
        return _denied(failed, message, error.operation_name)
    for codes, kind, message_part, next_step in _ANSWERS:
        if code in codes:
            return kind(f"{failed}: {message_part or message or code}", next_step)
    if _status(error.response) >= _SERVER_FAILED:
        return AwsError(f"{failed}: AWS failed at its side ({code}{_request(error)})", _AGAIN)
    return AwsError(f"{failed}: {message or code} ({code})")


def _denied(failed: str, message: str, operation: str) -> AccessDeniedError:
    action, resource = _ACTION.search(message), _RESOURCE.search(message)
    what = action[1] if action else operation
    where = resource[1] if resource else ""
    return AccessDeniedError(
        f"{failed}: {what} is not allowed" + (f" on {where}" if where else ""),
        f"add {what} to the policy of the identity in use (`aws sts get-caller-identity`)",
        what,
        where,
    )


def _no_credentials(_: Exception, failed: str) -> AwsError:
    return CredentialsError(f"{failed}: there are no AWS credentials", _LOG_IN)


def _no_login(error: Exception, failed: str) -> AwsError:
    return CredentialsError(f"{failed}: {_flat(str(error))}", _RENEW)


def _no_profile(error: Exception, failed: str) -> AwsError:
    profile = getattr(error, "kwargs", {}).get("profile", "")
    return CredentialsError(
        f"{failed}: there is no AWS profile {profile}",
        "check AWS_PROFILE and --profile; `aws configure list-profiles` names those there are",
    )


def _not_in_the_model(error: Exception, failed: str) -> AwsError:
    text = _flat(str(error))
    unknown = "Unknown parameter" in text
    return AwsError(
        f"{failed}: {text}", "update boto3: the one installed is older" if unknown else ""
    )


def _no_region(error: Exception, failed: str) -> AwsError:
    return EndpointError(f"{failed}: {_flat(str(error))}", "set AWS_REGION, or `spec.region`")


def _unreachable(error: Exception, failed: str) -> AwsError:
    url = str(getattr(error, "kwargs", {}).get("endpoint_url", ""))
    host = host_of(url) or "AWS"
    if is_loopback(host):
        return EndpointError(
            f"{failed}: nothing answers at {url}", "start a sandbox: `tablewright sandbox start`"
        )
    return EndpointError(
        f"{failed}: {host} cannot be reached",
        "check the name of the region, the network, and HTTPS_PROXY",
    )


def _broken(error: Exception, failed: str) -> AwsError:
    url = str(getattr(error, "kwargs", {}).get("endpoint_url", ""))
    host = host_of(url) or "AWS"
    what = "the reply of" if isinstance(error, IncompleteReplyError) else "the connection to"
    return EndpointError(
        f"{failed}: {what} {host} broke off each time, and it may have been done",
        "check the network, then run the same command again",
    )


def _no_proxy(error: Exception, failed: str) -> AwsError:
    # A proxy's URL may hold a password: only where it is gets told.
    proxy = urlsplit(str(getattr(error, "kwargs", {}).get("proxy_url", "")))
    where = ":".join(str(part) for part in (proxy.hostname, proxy.port) if part)
    return EndpointError(
        f"{failed}: the proxy {where} does not answer",
        "check HTTPS_PROXY, or name AWS's hosts in NO_PROXY",
    )


def _waited(error: Exception, failed: str) -> AwsError:
    return WaitTimeoutError(f"{failed}: {_flat(str(error))}", "run the same command again")


_LOG_IN = "run `aws configure` or `aws sso login`, or set AWS_PROFILE"
_RENEW = "log in again (`aws sso login`, or whatever gave you the credentials)"
_CLOCKS = f"{_RENEW}; compare the clock of this machine with that of AWS, or of the sandbox"
_WHO = "check AWS_PROFILE, AWS_ACCESS_KEY_ID and the clock of this machine"
_ENABLE = "enable the region in the account's settings, or choose another one"
_AGAIN = "run the same command again; if it stays, look at the AWS Health Dashboard"
_ANSWERS: tuple[tuple[frozenset[str], type[AwsError], str, str], ...] = (
    (_EXPIRED, CredentialsError, "the credentials have expired", _RENEW),
    (_NOT_ACCEPTED, CredentialsError, "AWS does not accept these credentials", _WHO),
    (_OPT_IN, EndpointError, "the region is not enabled for this account", _ENABLE),
    (_NOT_FOUND, NotFoundError, "", "check the name, the region and the account"),
    (THROTTLED, ThrottledError, "", "wait a minute and run the same command again"),
    (_IN_USE, AwsError, "", "wait until the change under way is done and run it again"),
    (_HELD, AwsError, "", "detach what others attached to it, then run it again"),
    (_LIMIT, AwsError, "", "wait for the time AWS names, or ask for a higher quota"),
    (_UNKNOWN_OPERATION, UnsupportedError, "", "this endpoint does not have that operation"),
)
"""By AWS's codes: our class, what to say instead of AWS's message (if anything), the next step."""
_LOCAL: tuple[tuple[tuple[type[Exception], ...], Callable[[Exception, str], AwsError]], ...] = (
    (
        (boto.NoCredentialsError, boto.PartialCredentialsError, boto.NoAuthTokenError),
        _no_credentials,
    ),
    (
        (
            boto.CredentialRetrievalError,
            getattr(boto, "LoginError", boto.SSOError),  # of `aws login`, since 1.41
            boto.SSOError,
            boto.TokenRetrievalError,
            boto.UnauthorizedSSOTokenError,
        ),
        _no_login,
    ),
    ((boto.ProfileNotFound,), _no_profile),
    ((boto.ParamValidationError,), _not_in_the_model),
    ((boto.NoRegionError, boto.InvalidRegionError, boto.UnknownRegionError), _no_region),
    ((boto.ProxyConnectionError,), _no_proxy),
    ((IncompleteReplyError, boto.ConnectionClosedError), _broken),
    ((boto.ConnectionError, boto.HTTPClientError), _unreachable),
    ((boto.WaiterError,), _waited),
)


def _status(response: Mapping[str, Any]) -> int:
    return int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _request(error: ClientError) -> str:
    request_id = error.response.get("ResponseMetadata", {}).get("RequestId")
    return f", request {request_id}" if request_id else ""


def _flat(text: str) -> str:
    """One line, without a full stop at its end: it becomes part of a sentence."""
    return " ".join(text.split()).rstrip(".")
