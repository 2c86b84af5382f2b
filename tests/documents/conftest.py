"""A folder of documents without an index, as these tests watch how it is read."""

from tests.conftest import unread as folder

__all__ = ["folder"]
