"""What holds for every test."""

from hypothesis import settings

# A busy machine is slow at times; how long an example takes is no property of the code.
settings.register_profile("tablewright", deadline=None)
settings.load_profile("tablewright")
