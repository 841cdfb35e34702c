"""Problems of an audit that are known and accepted, each with its reason and an end."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from tablewright.manifest.models.base import Model

Pattern = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class AcceptedProblem(Model):
    """A problem that `audit` would tell of otherwise."""

    rule: Pattern = Field(description="The rule's id.")
    reason: Annotated[str, StringConstraints(min_length=3)] = Field(description="Why.")
    until: Day = Field(description="The last day on which it is accepted, as `2027-03-31`.")
