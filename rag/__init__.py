"""Footnote: ask a collection of articles, and get answers whose every sentence is cited.

import rag

corpus = rag.open("corpus/")
answer = corpus.ask("How many US troops are in Iraq?")
print(answer.text)
"""

from rag.answers import Answer, Considered, Event, Statement
from rag.chat import Chat
from rag.checking.support import check_support
from rag.corpus import Corpus
from rag.errors import RagError
from rag.findings import Backing, Checked, CheckedClaim, DatedEvent, Difference, Position
from rag.llms.failures import llm_errors
from rag.llms.scripted import scripted_llm
from rag.llms.specs import load_llm
from rag.opening import open_corpus as open
from rag.packs import export_pack, verify_pack
from rag.telemetry import switch_off
from rag.types import (
    Article,
    Citation,
    Hit,
    Mark,
    Passage,
    Progress,
    Support,
    SyncReport,
)

switch_off()

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "Article",
    "Backing",
    "Chat",
    "Checked",
    "CheckedClaim",
    "Citation",
    "Considered",
    "Corpus",
    "DatedEvent",
    "Difference",
    "Event",
    "Hit",
    "Mark",
    "Passage",
    "Position",
    "Progress",
    "RagError",
    "Statement",
    "Support",
    "SyncReport",
    "check_support",
    "export_pack",
    "llm_errors",
    "load_llm",
    "open",
    "scripted_llm",
    "verify_pack",
]
