"""What holds for every test."""

import gc
import os

from hypothesis import settings

from tests.support import warm_commands

# A busy machine is slow at times; how long an example takes is no property of the code. New
# examples are tried on people's machines: no change is to blame for what chance finds in CI.
settings.register_profile("tablewright", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("tablewright")


def pytest_collection_finish():
    # 600,000 objects of eleven thousand tests: to look at them takes a third of a second, at each
    # `gc.collect` of a test and at many of the interpreter's own.
    gc.collect()
    gc.freeze()


def pytest_sessionfinish():
    warm_commands.close()
