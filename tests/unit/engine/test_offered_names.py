"""The names that the package offers are found when they are asked for."""

import sys

import pytest

from tablewright import engine


def test_every_name_is_that_of_the_module_which_defines_it():
    for name in engine.__all__:
        value = getattr(engine, name)
        assert getattr(sys.modules[engine._MODULES[name]], name) is value


def test_nothing_else_is_offered():
    assert sorted(engine._MODULES) == sorted(engine.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = engine.nothing
