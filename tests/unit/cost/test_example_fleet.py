"""The fleet of the examples: forty tables, each shape decided on as a person would expect."""

import json
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from tablewright.cli.measure.optimize_command import command as optimize
from tests.unit.cost.commands import HELP

FLEET = Path(__file__).parents[3] / "examples" / "fleet"


def test_each_shape_of_the_fleet_gets_what_fits_it(tmp_path):
    subprocess.run([sys.executable, FLEET / "use.py", tmp_path], check=True)
    arguments = [str(FLEET / "fleet.yaml"), "--usage", str(tmp_path), "--output", "json"]
    result = CliRunner().invoke(optimize, arguments, standalone_mode=False, **HELP)
    assert result.exception is None, result.exception
    document = json.loads(result.stdout)
    assert document["fleet"]["tables"] == document["fleet"]["compared"] == 40
    chosen = {table["name"]: table["decision"] for table in document["tables"]}
    for table in document["tables"]:
        assert float(table["savingUsdPerMonth"]) >= 0
        assert table["decision"]["withinBudget"]
    for size in ("small", "medium", "large", "huge"):
        spec = chosen[f"steady-{size}"]["spec"]
        assert spec["billingMode"] == "PROVISIONED"
        assert "autoScaling" not in spec or size == "small"
        assert "autoScaling" in chosen[f"daily-{size}"]["spec"]
        nightly = chosen[f"nightly-{size}"]["spec"]
        assert "schedules" in str(nightly.get("autoScaling")) or size == "small"
        for shape in ("bursting", "idle", "spike"):
            assert chosen[f"{shape}-{size}"]["spec"]["billingMode"] == "PAY_PER_REQUEST"
