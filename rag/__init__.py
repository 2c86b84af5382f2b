"""Footnote: ask a collection of articles, and get answers whose every sentence is cited.

import rag

corpus = rag.open("corpus/")
answer = corpus.ask("How many US troops are in Iraq?")
print(answer.text)
"""

from rag.answering.conversation import Chat
from rag.checking.support import check_support
from rag.corpus import Corpus, open
from rag.errors import RagError
from rag.llms.scripted import scripted_llm
from rag.llms.specs import load_llm
from rag.llms.streaming import llm_errors
from rag.models.cross_encoder import Judgement
from rag.models.entailment import Entailment, load_entailment
from rag.models.reader import Readable, Reader, Reading, UnitReading, load_reader
from rag.notebook.conversations import Conversations
from rag.notebook.pins import Notebook
from rag.packs import export_pack, verify_pack
from rag.suggesting.suggestions import suggest
from rag.telemetry import switch_off
from rag.text.sentences import Mark
from rag.types import (
    Answer,
    Article,
    Backing,
    Checked,
    CheckedClaim,
    Citation,
    Considered,
    DatedEvent,
    Difference,
    Event,
    Hit,
    Passage,
    Position,
    Progress,
    Statement,
    Support,
    SyncReport,
    Verdict,
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
    "Conversations",
    "Corpus",
    "DatedEvent",
    "Difference",
    "Entailment",
    "Event",
    "Hit",
    "Judgement",
    "Mark",
    "Notebook",
    "Passage",
    "Position",
    "Progress",
    "RagError",
    "Readable",
    "Reader",
    "Reading",
    "Statement",
    "Support",
    "SyncReport",
    "UnitReading",
    "Verdict",
    "check_support",
    "export_pack",
    "llm_errors",
    "load_entailment",
    "load_llm",
    "load_reader",
    "open",
    "scripted_llm",
    "suggest",
    "verify_pack",
]
