"""Settings for all tests."""

from hypothesis import settings

# Times vary on shared machines; properties are about values.
settings.register_profile("skreg", deadline=None, max_examples=40)
settings.register_profile("thorough", deadline=None, max_examples=1000)
settings.load_profile("skreg")
