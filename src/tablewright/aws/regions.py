"""Which regions an account can use."""

from __future__ import annotations

from tablewright.errors import AwsError, CredentialsError, EndpointError, WrongTargetError

from .failures import translated
from .session import Session


def enabled_regions(session: Session) -> tuple[str, ...]:
    """The regions that are enabled for the account, by name.

    Without leave to ask (`ec2:DescribeRegions`) all regions that DynamoDB is known to serve in the
    session's partition are answered; those that are not enabled refuse their first call then.
    """
    try:
        with translated("ask which regions are enabled"):
            reply = session.client("ec2").describe_regions()
    except (CredentialsError, EndpointError, WrongTargetError):
        raise
    except AwsError:
        return session.known_regions("dynamodb")
    return tuple(sorted(region["RegionName"] for region in reply["Regions"]))
