"""LlamaIndex's evaluators with an LLM as judge: a column beside ours that gates nothing.

Their verdicts change from run to run, and some pass any text that holds "yes";
they are here to be compared with.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import rag
from evals.cases import Case

if TYPE_CHECKING:
    from llama_index.core.evaluation import EvaluationResult

FULL_MARKS = 5.0  # of CorrectnessEvaluator; the others give 0 or 1


def judge(cases: Sequence[Case], spec: str) -> dict[str, Any]:
    """Let an LLM judge the answers given.

    Args:
        cases: as asked; those without an answer are passed over.
        spec: the LLM that judges.

    Returns ``llm`` and by evaluator the mean in 0..1, the number of ``cases``
    judged, and of those on which it ``failed`` to give a verdict.

    Raises:
        RagError: the LLM cannot be loaded or reached.
    """
    from llama_index.core.evaluation import (
        CorrectnessEvaluator,
        FaithfulnessEvaluator,
        RelevancyEvaluator,
    )

    llm = rag.load_llm(spec)
    evaluators = {
        "faithfulness": (FaithfulnessEvaluator(llm=llm), 1.0),
        "relevancy": (RelevancyEvaluator(llm=llm), 1.0),
        "correctness": (CorrectnessEvaluator(llm=llm), FULL_MARKS),
    }
    answered = [case for case in cases if case.answered]
    metrics = {}
    for name, (evaluator, full) in evaluators.items():
        with rag.llm_errors(spec):
            results = [_evaluate(evaluator, case) for case in answered]
        scores = [result.score / full for result in results if result.score is not None]
        metrics[name] = {
            "mean": round(sum(scores) / len(scores), 4) if scores else None,
            "cases": len(results),
            "failed": len(results) - len(scores),
        }
    return {"llm": spec, "metrics": metrics}


def _evaluate(evaluator: Any, case: Case) -> EvaluationResult:
    """Return the verdict on one case; a text that the evaluator cannot read gives none."""
    answer = case.answer
    assert answer is not None  # noqa: S101 - only answered cases come here
    contexts = [hit.text for hit in answer.passages]
    given = {"query": case.pair.question, "response": answer.text, "contexts": contexts}
    result: EvaluationResult = evaluator.evaluate(**given, reference=case.pair.reference)
    return result
