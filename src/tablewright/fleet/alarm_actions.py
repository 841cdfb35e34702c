"""Whether what alarms tell exists: topics, by their ARN."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from tablewright.aws.failures import translated
from tablewright.aws.session import Session

from .concurrency import map_concurrently
from .reading import Unread, try_read

_REGION = 3


def read_actions(session: Session, arns: Iterable[str]) -> dict[str, bool | Unread | None]:
    """Each SNS topic of `arns`, asked for once: True, or None where there is none."""
    topics = sorted({arn for arn in arns if ":sns:" in arn and arn.startswith("arn:")})
    return map_concurrently(topics, lambda arn: try_read(partial(_exists, session, arn)))


def _exists(session: Session, arn: str) -> bool:
    with translated(f"look for the topic {arn}"):
        session.client("sns", arn.split(":")[_REGION]).get_topic_attributes(TopicArn=arn)
    return True
