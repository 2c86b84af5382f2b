"""Parsers fed with bytes that a fuzzer makes up, guided by the code that they reach (atheris).

libFuzzer ends the process that it runs in, so :func:`fuzz` starts one for each target: this
module, run as a program. The bytes of a crash are kept.
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import rag
from tests.campaigns.documents.archives import CLOSE, OPEN, archives, docx_of, paragraph
from tests.campaigns.documents.fields import headers, markup
from tests.campaigns.documents.kinds import SEEDS, whole
from tests.campaigns.documents.pdfs import pdfs
from tests.campaigns.documents.texts import encodings
from tests.campaigns.outcomes import Outcome

CAMPAIGN = "fuzzing"
FORMATS = ("txt", "md", "html", "docx", "pdf", *SEEDS)
TARGETS = ("marks", *FORMATS)
HANG_SECONDS, MOST_MB = 10, 2_048
LARGEST_SEED = 4_096  # bytes; small inputs are tried oftener
LONGEST = 8_192  # bytes of an input
LIBRARIES = ["rag", "pypdfium2", "markdown_it", "trafilatura", "htmldate", "yaml", "olefile"]
ARTIFACT = re.compile(r"Test unit written to (\S+)")
RUNS = re.compile(r"#(\d+)\s+(?:DONE|pulse|NEW|REDUCE|RELOAD)|Done (\d+) runs")
TABLE = (
    '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p/></w:tc></w:tr><w:tr><w:tc>'
    "<w:tcPr><w:vMerge/></w:tcPr><w:p><w:r><w:t>b</w:t><w:tab/></w:r></w:p></w:tc></w:tr></w:tbl>"
)
WRITTEN = (
    "The bridge is 340 metres long [1]. It was opened in May [2, 3]. Nobody came [1-3].",
    "[1] The bridge is long. [2] It is new.",
    "<think>Let me see [1].</think>It is long 【1†source】. (Source: 2)",
    "- **One** [^1].\n- Two [[2]](#cite-2).\n\n```\ncode [3]\n```\n",
    "According to Source 1, it is 3.5 km. “So he said.” [1] U.S. troops left.",
)


def fuzz(target: str, seconds: int, place: Path) -> Outcome:
    """Feed a target for so many seconds; an input that breaks it is kept and named.

    Args:
        target: one of :data:`TARGETS`.
        seconds: how long.
        place: a folder for the inputs.
    """
    seeds, found = place / "seeds", place / "found"
    for folder in (seeds, found):
        folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(_seeds(target)):
        (seeds / f"{number:03}").write_bytes(seed)
    # What a process has used at most is counted from what the one that began it uses.
    ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_024
    options = {
        "max_total_time": seconds,
        "timeout": HANG_SECONDS,
        "rss_limit_mb": ours + MOST_MB,
        "max_len": LONGEST,
        "artifact_prefix": f"{found}/",
    }
    command = [sys.executable, "-m", "tests.campaigns.documents.fuzz", target, str(seeds)]
    command += [f"-{name}={value}" for name, value in options.items()]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    tries = max((int(a or b) for a, b in RUNS.findall(done.stderr)), default=0)
    kept = ARTIFACT.search(done.stderr)
    if kept or done.returncode:
        what = kept[1] if kept else done.stderr[-400:]
        return Outcome(CAMPAIGN, f"{target}: {tries:,} inputs", "crashed", what)
    return Outcome(CAMPAIGN, f"{target}: {tries:,} inputs", "withstood")


def _seeds(target: str) -> Iterator[bytes]:
    """Yield what the fuzzer begins with: small inputs of the kind, hostile ones among them."""
    if target == "marks":
        yield from (text.encode() for text in WRITTEN)
        return
    if target in SEEDS:
        yield SEEDS[target]
        return
    hostile = chain(markup(), encodings(), headers(), archives(small=True), pdfs(small=True))
    if target == "docx":
        yield f"{OPEN}{paragraph('The bridge is long.')}{TABLE}{CLOSE}".encode()
    for each in hostile:
        if each.name.endswith(f".{target}") and len(each.raw) <= LARGEST_SEED:
            yield each.raw


def _feed(target: str, arguments: Sequence[str]) -> None:
    """Run libFuzzer, which ends this process."""
    import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore]

    with atheris.instrument_imports(include=LIBRARIES):
        tried = _marks_target() if target == "marks" else _format_target(target)
    atheris.Setup([sys.argv[0], *arguments], tried)
    atheris.Fuzz()


def _marks_target() -> Callable[[bytes], None]:
    """Return a check that a text in two pieces means what it means whole."""
    from rag.answering.marks import MarkReader, read_marks

    def tried(raw: bytes) -> None:
        text = raw[1:].decode("utf-8", "replace")
        at = raw[0] * len(text) // 256 if raw else 0
        reader = MarkReader()
        pieces = [*reader.feed(text[:at]), *reader.feed(text[at:]), *reader.close()]
        if pieces != read_marks(text):
            raise AssertionError(f"cut at {at}, it reads otherwise")

    return tried


def _format_target(ending: str) -> Callable[[bytes], None]:
    """Return a check that a file becomes an article with sentences in order, or is refused."""
    from rag.documents.loading import load, sentences_of

    def tried(raw: bytes) -> None:
        if ending == "docx" and not raw.startswith(b"PK"):
            raw = docx_of(raw)  # no fuzzer makes the sums of an archive come out
        try:
            article = load(whole(ending, raw), f"a.{ending}")
        except rag.RagError:
            return
        end = 0
        for sentence in sentences_of(article):
            words = article.text[sentence.start : sentence.end]
            if sentence.start < end or not words or words != words.strip():
                raise AssertionError(f"no sentence: {sentence}")
            end = sentence.end

    return tried


if __name__ == "__main__":
    _feed(sys.argv[1], sys.argv[2:])
