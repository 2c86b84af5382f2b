"""The fixtures of the package's tests, for the tests of the evaluation tools."""

from tests.conftest import cache, corpus, exports, folder, isolated, three_indexed

__all__ = ["cache", "corpus", "exports", "folder", "isolated", "three_indexed"]
