"""Compile the tests' modules as pytest does it, with their assertions rewritten: `make test` does.

Else each worker rewrites every module by itself, 20 s of a processor each time: all begin with the
same one, and where the environment says that no byte code is written (an image's, most often) none
is ever found. What is compiled already is left as it is.
"""

from __future__ import annotations

import multiprocessing
from functools import cache
from pathlib import Path

from _pytest.assertion import AssertionState, rewrite
from _pytest.config import Config, get_config

ROOT = Path(__file__).parents[1]


@cache
def _config() -> Config:
    config = get_config()
    config.parse([])
    return config


def _compile(module: Path) -> None:
    # By the very functions of pytest's import hook, which has none that does not import as well.
    folder = rewrite.get_cache_dir(module)
    compiled = folder / (module.name[:-3] + rewrite.PYC_TAIL)
    if rewrite._read_pyc(module, compiled) is None:  # noqa: SLF001
        rewrite.try_makedirs(folder)
        state = AssertionState(_config(), "rewrite")
        source, code = rewrite._rewrite_test(module, _config())  # noqa: SLF001
        rewrite._write_pyc(state, code, source, compiled)  # noqa: SLF001


def main() -> None:
    """Compile all, in as many processes as there are processors."""
    tests = ROOT / "tests"
    modules = [*tests.rglob("test_*.py"), *tests.rglob("conftest.py")]
    with multiprocessing.Pool() as pool:
        pool.map(_compile, modules, chunksize=8)


if __name__ == "__main__":
    main()
