"""What ACK's and Crossplane's tables say alike, in our words."""

from __future__ import annotations

from tablewright.manifest.documents.node import Scalar

from .fields import Fields
from .keys import Spec

PROVISIONED = "PROVISIONED"
"""What a table is that does not say how it is billed (DynamoDB API reference, CreateTable)."""


def word(text: str, near: Scalar | None) -> Scalar | str:
    """A word of ours at the place of a node."""
    if near is None:
        return text
    return Scalar(near.file, near.line, near.column, near.parent, near.key, text=text, plain=False)


def recovery(given: Fields | None, switch: str) -> Spec | None:
    """Point-in-time recovery; `switch` is the field that says whether it is on."""
    if given is None:
        return None
    days = given.scalar("recoveryPeriodInDays")
    if not given.is_on(switch):
        return None
    return {"enabled": True, **({"days": days} if days else {})}


def stream(given: Fields | None) -> Spec | None:
    """The stream, if it is on."""
    if given is None:
        return None
    kind = given.scalar("streamViewType")
    if not given.is_on("streamEnabled"):
        return None
    return {"enabled": True, **({"viewType": kind} if kind else {})}


def time_to_live(given: Fields | None) -> Spec | None:
    """Time to live, if it is on."""
    if given is None:
        return None
    name = given.scalar("attributeName")
    return {"attributeName": name} if given.is_on("enabled") and name else None
