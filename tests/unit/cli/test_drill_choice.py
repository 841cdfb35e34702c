"""Which tables a drill of recovery restores."""

from tablewright.cli.deploy.verify_drill import restorable
from tablewright.plan.declaration.declared import DeclaredStack, DeclaredTable
from tablewright.plan.table import Key, Recovery, Table


def table(name: str, days: int) -> DeclaredTable:
    plan = Table(f"{name}-dev", Key(("id",)), {"id": "S"}, recovery=Recovery(days))
    return DeclaredTable(plan, key=name)


STACK = DeclaredStack("shop", "dev", "eu-west-1", (table("orders", 35), table("carts", 0)))


def test_the_tables_with_recovery_on_are_restored():
    assert restorable(STACK) == ("orders-dev",)
