"""What holds for every test."""

import gc
import os
import signal

import pytest
from hypothesis import settings

from tests.support import warm_commands

# A busy machine is slow at times; how long an example takes is no property of the code. New
# examples are tried on people's machines: no change is to blame for what chance finds in CI.
settings.register_profile("tablewright", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("tablewright")

# What a shell runs in the background ignores Ctrl-C, and so would each command that it starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    # 600,000 objects of eleven thousand tests, which stay: to look at them takes a third of a
    # second, at each `gc.collect` of a test and at many of the interpreter's own.
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


_LONG = frozenset(
    f"test_{name}.py"
    for name in (
        "permissions", "installed", "siblings", "spark", "many_accounts", "documented_examples",
        "typescript", "clients", "pulumi_hand_over", "scaling", "moves", "main_job", "bucket",
        "programs", "resilience", "commands", "eject", "page",
    )
)  # fmt: skip
"""Modules with a test that takes half a minute or more on two busy processors."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]):
    # First, in whatever order they have got: one that begins last is waited for by all workers but
    # its own.
    items.sort(key=lambda item: item.path.name not in _LONG)


def pytest_sessionfinish():
    warm_commands.close()
