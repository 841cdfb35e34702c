"""A state in a bucket is known by what the engine exports, which takes a third of a second."""

from __future__ import annotations

from pathlib import Path

import pytest

from tablewright.engine import Engine, EngineStack
from tablewright.errors import TablewrightError

ENGINE = """\
#!/bin/sh
echo "$1 $2" >> {log}
[ "$2" = export ] && echo '{{"version": 3, "deployment": {{}}}}' && exit
echo 'error: it does no more' >&2
exit 1
"""


def test_a_state_in_a_bucket_is_exported_once_before_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TABLEWRIGHT_HOME", str(tmp_path / "home"))
    log, engine = tmp_path / "log", tmp_path / "pulumi"
    engine.write_text(ENGINE.format(log=log))
    engine.chmod(0o755)
    for verb in ("preview", "up"):
        stack = EngineStack(
            Engine(engine, "3.259.0"), "shop", "dev", backend="s3://states", passphrase="x"
        )
        log.write_text("")
        with pytest.raises(TablewrightError):
            getattr(stack, verb)(lambda: None)
        commands = log.read_text().splitlines()
        assert [line for line in commands if line.startswith("stack")] == ["stack export"], verb
        assert commands[-1].startswith(verb)
