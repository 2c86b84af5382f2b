"""What each hand-made rule is worth: switch it off and measure unseen documents again.

A row of :data:`evals.ablation_rows.ROWS` names a table, a figure or a function of the package and
what stands in its place when it is off. The package itself has no switches: a row is switched off
by putting that in its place wherever it was imported. What the models find in the same input does
not change and is found once, so that a row takes some two seconds a group.

Nothing is fitted again, so that a rule that a regression has learned to lean on looks better than
it is, never worse: what changes nothing here is worth nothing.
"""

from __future__ import annotations

import ast
import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import _lru_cache_wrapper
from pathlib import Path
from typing import Any, NamedTuple

import rag
from evals.groups import Group
from evals.groups.corpora import (
    group_corpus,
    is_right,
    read_groups,
    right_sentences,
    unseen_groups,
)
from evals.report import table
from rag.models.entailment import BundledEntailment
from rag.models.reader import BundledReader, Readable

FILE = Path(__file__).with_name("ablation.json")
EARNED = 1.0  # points of any measure that a rule must be worth
# Whose caches hold what a rule has made of a text.
_FORGETTING = ("rag.checking", "rag.comparing", "rag.retrieval", "rag.answering", "rag.index.chunk")
_LANGUAGES = "English"
_SIDES = {"dev": "on the dev groups", "second": "on the second set"}
# Each measure, and whether less of it is better.
MEASURES = {
    "evidence cited": False,
    "first statement": False,
    "wrongly refused": True,
    "unanswerable refused": False,
    "claims right": False,
    "false support": True,
    "sentences right": False,
    "sentences, false support": True,
    "all the evidence": False,
    "short answer": False,
    "differences shown": False,
    "differences invented": True,
}
_SHORT = ", in full: "  # stands between the words that answer and the sentence that holds them
_OF_ONE_VALUE = ("number", "when", "who", "yes-no")  # kinds of questions
Outcome = dict[str, list[bool | None]]  # by measure, of each question or claim where it applies


class Row(NamedTuple):
    """A rule, and what stands in its place when it is off.

    Attributes:
        name: of the rule.
        target: ``module:name``, or ``module:Class.name``, of what is replaced.
        off: makes of what is there what stands in its place.
        decides: what the rule decides, in a few words.
        owns: names of the same module that are there only for it.
        works_in: the languages that it works in.
        part: whether the target is a table that holds other rules too, and is not counted.
    """

    name: str
    target: str
    off: Callable[[Any], Any]
    decides: str
    owns: tuple[str, ...] = ()
    works_in: str = _LANGUAGES
    part: bool = False


@contextmanager
def switched_off(row: Row) -> Iterator[None]:
    """Put the neutral thing in the place of a rule, in every module that has it by its name."""
    where, name = row.target.split(":")
    home: Any = importlib.import_module(where)
    *within, name = name.split(".")
    for each in within:
        home = getattr(home, each)
    original = vars(home)[name]
    holders = [home]
    if not within:
        modules = [m for n, m in sorted(sys.modules.items()) if n.split(".")[0] == "rag" and m]
        holders = [module for module in modules if vars(module).get(name) is original]
    neutral = row.off(original)
    try:
        for holder in holders:
            setattr(holder, name, neutral)
        _forget()
        yield
    finally:
        for holder in holders:
            setattr(holder, name, original)
        _forget()


def _forget() -> None:
    """Empty the caches of what rules have made of texts."""
    for name, module in list(sys.modules.items()):
        if name.startswith(_FORGETTING):
            for value in list(vars(module).values()):
                if isinstance(value, _lru_cache_wrapper):
                    value.cache_clear()


@contextmanager
def remembering() -> Iterator[None]:
    """Have the bundled models keep all that they find, which no rule changes."""
    read, judge = BundledReader.read, BundledEntailment.judge
    readings: dict[Any, Any] = {}
    opinions: dict[Any, Any] = {}

    def read_once(self: Any, question: str, passages: Sequence[Readable]) -> list[Any]:
        keys = [(question, each.head, tuple(each.units)) for each in passages]
        known = zip(keys, passages, strict=True)
        new = {key: passage for key, passage in known if key not in readings}
        readings.update(zip(new, read(self, question, list(new.values())), strict=True))
        return [readings[key] for key in keys]

    def judge_once(self: Any, pairs: Sequence[tuple[str, str]]) -> list[Any]:
        new = [pair for pair in dict.fromkeys(pairs) if pair not in opinions]
        opinions.update(zip(new, judge(self, new), strict=True))
        return [opinions[pair] for pair in pairs]

    BundledReader.read, BundledEntailment.judge = read_once, judge_once  # type: ignore[method-assign]
    try:
        yield
    finally:
        BundledReader.read, BundledEntailment.judge = read, judge  # type: ignore[method-assign]


def measure(groups: Sequence[tuple[Group, rag.Corpus]], of: str = "") -> Outcome:
    """Ask all questions of groups and check all their claims, as the package is now.

    Args:
        groups: with a corpus of each.
        of: the module of a rule: of the check only claims are checked, of others only questions
            are asked. By default both.
    """
    found: Outcome = {name: [] for name in MEASURES}
    if not of.startswith("rag.checking"):
        _ask_all(found, groups)
    if of.startswith("rag.checking") or not of:
        _check_all(found, groups)
    return found


def _ask_all(found: Outcome, groups: Sequence[tuple[Group, rag.Corpus]]) -> None:
    for group, corpus in groups:
        chat = corpus.chat()
        for question in group["questions"]:
            chat = chat if question.get("follows") else corpus.chat()
            _note_answer(found, group, question, chat.ask(question["q"]))
            _note_differences(found, group, question, corpus)


def _check_all(found: Outcome, groups: Sequence[tuple[Group, rag.Corpus]]) -> None:
    for group, corpus in groups:
        by_id = {document["id"]: document for document in group["documents"]}
        for claim in group["claims"]:
            checked = corpus.verify(claim["claim"]).statements
            cited = _checked(claim, by_id)
            label, verdict = claim["label"], checked[0].verdict
            _note(found, True, {"claims right": _as_three(verdict) == _as_three(label)})
            passed, said = label == "supported", cited.verdict == "supported"
            _note(found, True, {"sentences right": said == passed})
            _note(found, not passed, {"false support": verdict == "supported"})
            _note(found, not passed, {"sentences, false support": said})


def _note_answer(found: Outcome, group: Group, question: Group, answer: rag.Answer) -> None:
    """Note what an answer cites, and whether it was right to answer."""
    refused, wanted = answer.status != "answered", question["answerable"]
    cited = [each.cited_text for each in answer.citations]
    right = right_sentences(group, question)
    hits = [is_right(text, right) for text in cited]
    _note(found, wanted, {"evidence cited": any(hits), "first statement": any(hits[:1])})
    _note(found, wanted, {"wrongly refused": refused})
    _note(found, not wanted, {"unanswerable refused": refused})
    needed = right[: len(question["evidence"])]
    whole = all(any(is_right(text, [each]) for text in cited) for each in needed)
    _note(found, len(needed) > 1, {"all the evidence": whole})
    span = question.get("span")
    short, _, full = (answer.statements[0].text if answer.statements else "").partition(_SHORT)
    _note(found, bool(span), {"short answer": bool(full) and str(span) in short})


def _note_differences(found: Outcome, group: Group, question: Group, corpus: rag.Corpus) -> None:
    """Note whether sources are said to differ, in groups that say of which questions they do.

    ``differs`` is what to ask there, as nobody asks who does not know yet that they differ.
    """
    told = any("differs" in each for each in group["questions"])
    wanted = "differs" in question
    asked = told and (wanted or question["kind"] in _OF_ONE_VALUE)
    differs = bool(corpus.compare(question.get("differs", question["q"]))) if asked else False
    _note(found, asked and wanted, {"differences shown": differs})
    _note(found, asked and not wanted, {"differences invented": differs})


def _checked(claim: Mapping[str, Any], by_id: Mapping[str, Any]) -> rag.Support:
    """Check a claim against its evidence and nothing else, as a sentence that cites it."""
    holders = [by_id[id_] for id_ in dict.fromkeys(id_ for id_, _ in claim["evidence"])]
    sources = [by_id[id_]["sentences"][at] for id_, at in claim["evidence"]]
    about = [each[key] for each in holders for key in ("outlet", "date")]
    return rag.check_support(claim["claim"], sources, about=about)


def _note(found: Outcome, applies: bool, outcomes: dict[str, bool]) -> None:
    for name, value in outcomes.items():
        found[name].append(value if applies else None)


def _as_three(verdict: str) -> str:
    return verdict if verdict in ("supported", "contradicted") else "neither"


class Change(NamedTuple):
    """How a measure changes, in points, when a rule is off, and the standard error of that."""

    points: float
    error: float


def changes(on: Outcome, off: Outcome) -> dict[str, Change]:
    """Return what a rule is worth by each measure: positive where it is better with the rule.

    The same questions are asked with and without it, so that only those whose outcome differs
    count for the error (as in McNemar's test).
    """
    found = {}
    for name, less in MEASURES.items():
        if not off[name]:
            continue
        pairs = [(a, b) for a, b in zip(on[name], off[name], strict=True) if a is not None is not b]
        gained = sum(bool(a) > bool(b) for a, b in pairs)
        lost = sum(bool(a) < bool(b) for a, b in pairs)
        count, net = len(pairs), gained - lost
        error = (gained + lost - net * net / count) ** 0.5 / count
        if not count:
            continue
        found[name] = Change(100 * (-net if less else net) / count, 100 * error)
    return found


def lines_of(row: Row) -> int:
    """Return how many lines of code a rule has: its own and those that are there only for it."""
    where, name = row.target.split(":")
    source = Path(importlib.import_module(where).__file__ or "").read_text("utf-8")
    wanted = {*row.owns} if row.part else {name.split(".")[-1], *row.owns}
    return sum(
        (node.end_lineno or 0) - node.lineno + 1
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.stmt) and _names(node) & wanted
    )


def _names(node: ast.AST) -> set[str]:
    """Return what a statement defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
    return {name.id for each in targets for name in ast.walk(each) if isinstance(name, ast.Name)}


def run(names: Sequence[str], groups: int, second: Path | None = None, out: Path = FILE) -> int:
    """Measure rows, print the table and write it.

    Args:
        names: parts of the names of the rows to measure; none for all.
        groups: how many of the unseen groups.
        second: a folder of groups to measure in place of those, for the column of the second set.
        out: the file; rows that are not measured stay in it as they are.
    """
    from evals.ablation_rows import ROWS

    chosen = [row for row in ROWS if not names or any(name in row.name for name in names)]
    made = json.loads(out.read_text("utf-8")) if out.is_file() else {}
    side = "second" if second else "dev"
    with remembering(), ExitStack() as stack:
        given = read_groups(second) if second else unseen_groups()[:groups]
        asked = [(g, stack.enter_context(group_corpus(g))) for g in given]
        on = measure(asked)
        made.setdefault("all on", {})[side] = _figures(on)
        print(_figures(on), flush=True)
        for row in chosen:
            began = time.perf_counter()
            with switched_off(row):
                worth = changes(on, measure(asked, row.target))
            shown = {name: [round(each, 2) for each in change] for name, change in worth.items()}
            facts = {"decides": row.decides, "works in": row.works_in, "lines": lines_of(row)}
            home = row.target.split(":")[0].replace(".", "/") + ".py"
            known = made.setdefault("rows", {}).setdefault(row.name, {})
            known |= {"file": home, **facts, side: shown}
            line = ", ".join(f"{n} {c.points:+.1f}±{c.error:.1f}" for n, c in worth.items())
            print(f"{row.name}: {line} ({time.perf_counter() - began:.0f} s)", flush=True)
            _write(out, made, [row.name for row in ROWS])
    return 0


def _figures(outcome: Outcome) -> dict[str, float]:
    kept = {name: [v for v in values if v is not None] for name, values in outcome.items()}
    return {name: round(sum(values) / len(values), 3) for name, values in kept.items() if values}


def _write(out: Path, made: dict[str, Any], order: list[str]) -> None:
    rows = made["rows"]
    sorted_rows = {n: rows[n] for n in order if n in rows} | rows
    lines = (f"{json.dumps(n)}: {json.dumps(row)}" for n, row in sorted_rows.items())
    text = ",\n  ".join(lines)
    figures = json.dumps(made["all on"])
    out.write_text(f'{{"all on": {figures},\n "rows": {{\n  {text}\n }}}}\n', "utf-8")


def ablation_table(made: dict[str, Any]) -> list[str]:
    """Return, as Markdown, what each rule is worth in points on both sets, and why it is kept."""
    from evals.ablation_kept import KEPT_FOR
    from evals.ablation_rows import ROWS

    there = {row.name for row in ROWS}
    rows = [["rule", "decides", "file", "lines", "language", *_SIDES.values(), "kept"]]
    for name, row in made["rows"].items():
        if name not in there:
            kept = "deleted"
        elif earns(row):
            kept = "earns it"
        else:
            kept = f"for {KEPT_FOR[name]}" if name in KEPT_FOR else "not judged yet"
        worth = [_worth(row[side]) if side in row else "not measured" for side in _SIDES]
        place = [row["decides"], f"`{row['file']}`", str(row["lines"]), row["works in"]]
        rows.append([name, *place, *worth, kept])
    return table(rows)


def _worth(measured: dict[str, Any]) -> str:
    said = [
        f"{name} {points:+.1f} ± {error:.1f}" for name, (points, error) in measured.items() if error
    ]
    return "; ".join(said) or "nothing"


def earns(row: Mapping[str, Any]) -> bool:
    """Return whether a rule is worth a point by any measure of either set."""
    sides = [row[side] for side in _SIDES if side in row]
    return any(points >= EARNED for side in sides for points, _ in side.values())


def ablation_figures(made: dict[str, Any]) -> str:
    """Return what the measures are with all rules on, and how many rules stay and why."""
    from evals.ablation_rows import ROWS

    said = [
        f"With all on, {of}: " + ", ".join(f"{n} {v:.0%}" for n, v in made["all on"][side].items())
        for side, of in _SIDES.items()
        if side in made["all on"]
    ]
    earning = sum(earns(made["rows"][row.name]) for row in ROWS)
    gone = len(made["rows"]) - len(ROWS)
    counts = (
        f"{len(ROWS)} rules: {earning} earn a point on one of the sets, {len(ROWS) - earning} are "
        f"kept for what is said beside them; {gone} were deleted."
    )
    return "\n\n".join([". ".join(said) + ".", counts])
