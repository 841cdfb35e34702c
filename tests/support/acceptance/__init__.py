"""Programs of other people that are known to work on AWS, restated as data.

HashiCorp runs the acceptance tests of its AWS provider against AWS, Cloud Posse those of its
modules. Each scenario here says what one of those tests declares, step by step, in the inputs of
the `aws` provider. It runs twice: as the calls that HashiCorp's provider sends (`terraform.py`),
against the embedded AWS; and through our own provider. What AWS ends up with is read back both
times.
"""

from collections.abc import Sequence

from .around import AROUND
from .indexes import INDEXES
from .model import Scenario
from .refusals import REFUSALS
from .regions import REGIONS
from .tables import TABLES

__all__ = ["REFUSALS", "SCENARIOS"]

SCENARIOS: Sequence[Scenario] = (*TABLES, *INDEXES, *REGIONS, *AROUND)
