"""The fixtures of the package's tests, for the tests of the evaluation tools."""

from tests.conftest import cache, corpus, folder, isolated

__all__ = ["cache", "corpus", "folder", "isolated"]
