"""Project Planton's dialect: documents of kind `AwsDynamodb`, read into our own models."""

from tablewright.manifest.planton.adapter import Adapted, adapt
from tablewright.manifest.planton.labels import StackName, parse_stack

__all__ = ["Adapted", "StackName", "adapt", "parse_stack"]
