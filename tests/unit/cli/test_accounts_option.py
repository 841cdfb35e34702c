"""A file of roles that is not there is told by every command that takes one."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from tests.support.terminal import stack

from tablewright.cli.commands import root
from tablewright.errors import InputError

MORE = {
    "state move-backend": ("states",),
    "state mv": ("old", "new"),
    "release": ("--all",),
}
NAMES = (
    *("preview", "up", "refresh", "destroy", "outputs --to-ssm /shop", "status", "verify", "drift"),
    *("release", "state list", "state export", "state mv", "state move-backend"),
    *("permissions up", "pulumi preview", "pulumi up", "pulumi refresh", "pulumi destroy"),
    *("audit", "usage collect"),
)


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_of_roles_is_told_before_anything_is_started(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.yaml").write_text(stack("shop", "orders"))
    path = ["--manifest", "shop.yaml"] if name.startswith("pulumi") else ["shop.yaml"]
    words = [*name.split(), *path, *MORE.get(name, ()), "--accounts", "missing.txt"]
    runner = CliRunner(env={"CI": None, "XDG_STATE_HOME": str(tmp_path / "states")})
    with pytest.raises(InputError, match=r"missing\.txt cannot be read"):
        runner.invoke(root, words, catch_exceptions=False)
    assert not (tmp_path / "states").exists()
