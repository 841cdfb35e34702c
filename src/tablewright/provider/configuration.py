"""What `aws:` configuration and explicit providers may say, read into one value.

The SDK sends everything that is not text as JSON in a text. What would change nothing here is
accepted in silence, what would change something that is not done is refused by name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tablewright.provider.protocol.unknown import UNKNOWN, has_unknown
from tablewright.provider.resources.shape import (
    Input,
    InputFailure,
    Shape,
    ValueKind,
    block,
    blocks,
    conform,
    flag,
    mapping,
    text,
    texts,
)
from tablewright.provider.resources.shape import whole as whole_number

_ASSUMED: Final[Shape] = {
    "roleArn": text(),
    "duration": text(),
    "externalId": text(),
    "policy": text(),
    "policyArns": texts(),
    "sessionName": text(),
    "sourceIdentity": text(),
    "tags": mapping(),
    "transitiveTagKeys": texts(),
}

_NO_POLICY: Final = (
    "tag policies are not enforced by this provider; leave it out or set it to disabled"
)

INPUTS: Final[Shape] = {
    "accessKey": text(),
    "secretKey": text(),
    "token": text(),
    "region": text(),
    "profile": text(),
    "sharedConfigFiles": texts(ordered=True),
    "sharedCredentialsFiles": texts(ordered=True),
    "assumeRoles": blocks(_ASSUMED, ordered=True),
    "assumeRoleWithWebIdentity": block(
        {
            "roleArn": text(),
            "duration": text(),
            "policy": text(),
            "policyArns": texts(),
            "sessionName": text(),
            "webIdentityToken": text(),
            "webIdentityTokenFile": text(),
        }
    ),
    "allowedAccountIds": texts(),
    "forbiddenAccountIds": texts(),
    "defaultTags": block({"tags": mapping()}),
    "ignoreTags": block({"keys": texts(), "keyPrefixes": texts()}),
    "endpoints": blocks({}),
    "customCaBundle": text(),
    "insecure": flag(),
    "httpProxy": text(),
    "httpsProxy": text(),
    "noProxy": text(),
    "maxRetries": whole_number(at_least=0),
    "retryMode": text("standard", "adaptive", "legacy"),
    "stsRegion": text(),
    "useDualstackEndpoint": flag(),
    "useFipsEndpoint": flag(),
    "userAgents": texts(ordered=True),
    "ec2MetadataServiceEndpoint": text(),
    "ec2MetadataServiceEndpointMode": text(),
    "tagPolicyCompliance": text("disabled", "error", "warning"),
    # What follows changes nothing here: no such check is made, or the service is not used.
    "skipCredentialsValidation": flag(),
    "skipMetadataApiCheck": flag(),
    "skipRegionValidation": flag(),
    "skipRequestingAccountId": flag(),
    "s3UsePathStyle": flag(),
    "s3UsEast1RegionalEndpoint": text(),
    "tokenBucketRateLimiterCapacity": whole_number(),
    "version": text(),
    "pluginDownloadURL": text(),
    "parameterization": text(),
}

_SERVICES: Final = {
    "appautoscaling": "application-autoscaling",
    "applicationautoscaling": "application-autoscaling",
}


@dataclass(frozen=True)
class Configuration:
    """A provider's configuration, conformed and without nulls."""

    values: Mapping[str, Any] = field(default_factory=dict)

    def get(self, name: str) -> Any:
        """The value of an input, None when it was not given."""
        return self.values.get(name)

    @property
    def region(self) -> str | None:
        """The region where resources live that do not name one."""
        return self.values.get("region") or None

    @property
    def default_tags(self) -> Mapping[str, str]:
        """Tags put on everything that carries tags, under the tags of the resource itself."""
        return (self.values.get("defaultTags") or {}).get("tags") or {}

    def ignores_tag(self, key: str) -> bool:
        """Whether a live tag is left alone and not shown."""
        ignored = self.values.get("ignoreTags") or {}
        prefixes = tuple(ignored.get("keyPrefixes") or ())
        return key in (ignored.get("keys") or ()) or bool(prefixes and key.startswith(prefixes))

    @property
    def endpoints(self) -> Mapping[str, str]:
        """Endpoint URL by AWS service, in botocore's spelling of the services."""
        endpoints: dict[str, str] = {}
        for group in self.values.get("endpoints") or ():
            endpoints.update({_SERVICES.get(name, name): url for name, url in group.items() if url})
        return endpoints

    def identity(self) -> str:
        """Equal for equal configurations; a key to keep sessions by."""
        return json.dumps(self.values, sort_keys=True)


def read_configuration(
    values: Mapping[str, Any], environment: Mapping[str, str]
) -> tuple[Configuration, list[InputFailure]]:
    """Check a provider's inputs; the region comes from the environment when it is not given."""
    opened = {name: _opened(INPUTS.get(name), value) for name, value in values.items()}
    endpoints = opened.get("endpoints")
    if isinstance(endpoints, dict):  # `pulumi config set --path 'aws:endpoints.dynamodb'`
        opened["endpoints"] = endpoints = [endpoints]
    closed = {name: value for name, value in opened.items() if name != "endpoints"}
    conformed, failures = conform(INPUTS, closed)
    if endpoints is not None:
        conformed["endpoints"] = endpoints
        failures.extend(_wrong_endpoints(endpoints))
    if conformed.get("tagPolicyCompliance") in ("error", "warning"):
        failures.append(InputFailure("tagPolicyCompliance", _NO_POLICY))
    failures.extend(_wrong_durations(conformed))
    if not conformed.get("region"):
        region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
        if region:
            conformed["region"] = region
    return Configuration(conformed), failures


def _opened(known: Input | None, value: Any) -> Any:
    """A value that came as JSON in a text, opened."""
    if known is None or known.kind is ValueKind.TEXT or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _wrong_endpoints(endpoints: Any) -> list[InputFailure]:
    if endpoints is UNKNOWN or has_unknown(endpoints):
        return []
    if not isinstance(endpoints, list) or not all(isinstance(group, dict) for group in endpoints):
        return [InputFailure("endpoints", "must be a list of objects, service name to URL")]
    return [
        InputFailure(f"endpoints[{index}].{name}", f"must be a URL, not {url!r}")
        for index, group in enumerate(endpoints)
        for name, url in group.items()
        if url and not re.match(r"https?://", str(url))
    ]


def _wrong_durations(values: Mapping[str, Any]) -> list[InputFailure]:
    places = [
        (f"assumeRoles[{index}].duration", role)
        for index, role in enumerate(values.get("assumeRoles") or ())
    ]
    places.append(("assumeRoleWithWebIdentity.duration", values.get("assumeRoleWithWebIdentity")))
    return [
        InputFailure(path, f"must be a duration such as 1h or 45m, not {role['duration']!r}")
        for path, role in places
        if isinstance(role, dict)
        and isinstance(role.get("duration"), str)
        and seconds_of(role["duration"]) is None
    ]


_DURATION: Final = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


def seconds_of(duration: str) -> int | None:
    """Seconds of a duration as Go writes it (`1h30m`), None when it is none."""
    match = _DURATION.fullmatch(duration)
    if not match or not any(match.groups()):
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds
