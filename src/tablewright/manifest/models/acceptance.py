"""Problems of an audit that are known and accepted, each with its reason and an end."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from tablewright.manifest.models.base import Model

_IDS = """
    201 202 203 204 205 206 207 208 209
    221 222 223 224 225 226 227
    241 242 243 244 245 246 247
    261 262 263 281 282 291 292 293 296 297 298
"""
AUDIT_RULE_IDS = frozenset(f"TW{number}" for number in _IDS.split())
"""Of the rules of `audit`, which this layer cannot ask; a test holds them to be the same."""

Pattern = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class AcceptedProblem(Model):
    """A problem that `audit` would tell of otherwise."""

    rule: Pattern = Field(description="The rule's id.")
    reason: Annotated[str, StringConstraints(min_length=3)] = Field(description="Why.")
    until: Day = Field(description="The last day on which it is accepted, as `2027-03-31`.")
