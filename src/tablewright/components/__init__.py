"""DynamoDB tables and what belongs to them, as Pulumi components."""

from tablewright.components.access import AccessRoles
from tablewright.components.alarms import Alarms
from tablewright.components.existing import Existing
from tablewright.components.stack import TableStack
from tablewright.components.table import Table

__all__ = ["AccessRoles", "Alarms", "Existing", "Table", "TableStack"]
