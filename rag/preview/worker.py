"""The process that draws pages: it gets files as the one that reads them does.

Each message is a job as JSON, a zero byte, and the bytes of the file.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from rag.documents.worker import GIGABYTE, answer_messages
from rag.errors import DocumentError
from rag.preview.drawing import draw_page, find_on_page

_JOBS: dict[str, Callable[..., dict[str, Any]]] = {"draw": draw_page, "find": find_on_page}


def main(memory: int, seconds: float) -> None:
    """Do jobs until there are no more; arguments as of :func:`rag.documents.worker.main`."""
    answer_messages(memory, seconds, _do)


def job_message(job: str, raw: bytes, **options: Any) -> bytes:
    """Return the message that asks for a job on the bytes of a file.

    Args:
        job: ``draw`` or ``find``.
        raw: the bytes.
        options: the arguments of :func:`rag.preview.drawing.draw_page` or of
            :func:`rag.preview.drawing.find_on_page`.
    """
    return json.dumps({"job": job, **options}).encode("ascii") + b"\0" + raw


def _do(message: bytes, memory: int) -> dict[str, Any]:
    head, _, raw = message.partition(b"\0")
    options = json.loads(head)
    job = _JOBS[options.pop("job")]
    try:
        return job(raw, **options)
    except DocumentError as error:
        return {"problem": str(error)}
    except MemoryError:
        problem = f"needs more than {memory / GIGABYTE:g} GB of memory to be shown; raise "
        return {"problem": f"{problem}RAG_PARSE_MB."}
    except (RuntimeError, ValueError, OSError, ArithmeticError) as error:  # of a broken file
        return {"problem": f"cannot be shown ({type(error).__name__})."}
