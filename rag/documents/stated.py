"""``documents.toml``: facts about documents that their user states."""

from __future__ import annotations

from pathlib import Path

from rag.formats.extracted import Metadata


def read_stated(folder: Path) -> str:
    """Return the text of a folder's file of facts; empty where there is none."""
    return ""


def parse_stated(text: str) -> dict[str, Metadata]:
    """Return the facts in a text by pattern."""
    return {}


def stated_for(facts: dict[str, Metadata], name: str) -> Metadata:
    """Return what is stated of a document."""
    return {}
