"""Which tables a drill of recovery restores."""

import io
from decimal import Decimal

import pytest

from tablewright.aws.target import Target
from tablewright.cli.deploy.verify_drill import _cost, restorable, with_drills
from tablewright.cost.pricing.price_store import keep
from tablewright.cost.pricing.prices import Prices
from tablewright.deploy.target_environment import TargetEnvironment
from tablewright.errors import ConsentError
from tablewright.fleet.stack import LiveStack
from tablewright.plan.declaration.declared import DeclaredStack, DeclaredTable
from tablewright.plan.table import Key, Recovery, Table


def table(name: str, days: int) -> DeclaredTable:
    plan = Table(f"{name}-dev", Key(("id",)), {"id": "S"}, recovery=Recovery(days))
    return DeclaredTable(plan, key=name)


STACK = DeclaredStack("shop", "dev", "eu-west-1", (table("orders", 35), table("carts", 0)))


def test_the_tables_with_recovery_on_are_restored():
    assert restorable(STACK) == ("orders-dev",)


def test_on_aws_nothing_is_restored_before_somebody_says_yes(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    aws = TargetEnvironment("aws", "AWS", Target.aws(None), "eu-west-1", {}, "file:///none", None)
    live = LiveStack("123456789012", "aws", "eu-west-1", {}, {}, {})
    with pytest.raises(ConsentError, match="nothing was touched"):
        with_drills(aws, live, ("orders-dev",), yes=False)


@pytest.mark.parametrize(
    ("region", "words"),
    [
        ("us-east-1", "about $1.50 ($0.15 per GB in us-east-1)"),
        ("sa-east-1", "about $2.40 ($0.24 per GB in sa-east-1)"),
        ("eu-west-1", "about $1.50 at the $0.15 per GB of us-east-1"),
        ("eu-south-2", "about $1.50 at the $0.15 per GB of us-east-1"),
    ],
)
def test_a_restore_costs_what_its_region_asks(region, words, monkeypatch, tmp_path):
    monkeypatch.setenv("TABLEWRIGHT_HOME", str(tmp_path))
    keep(Prices("sa-east-1", "2026-01-01", {"restoreUsdPerGb": Decimal("0.24")}))
    assert _cost(Decimal(10), region).startswith(words)
