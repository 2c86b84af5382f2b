"""That the documents do not answer is recognised in any wording, and nothing else is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import rag
from rag.answering.written.refusals import brings_in, claim_beside, says_not_held
from tests.support.fake_llm import QUESTION
from tests.support.places import ROOT

FORMS = """
The articles do not answer this question.
The documents do not say.
The provided documents don't mention the cost of the bridge.
The evidence does not contain enough information to answer the question.
There is no information about that in the sources.
I cannot answer this question based on the provided evidence.
I'm sorry, but the documents don't provide that information.
I could not find any mention of a budget in the articles.
No information is available in the provided text.
None of the sources mention who built it.
None of the documents says when it opened.
Neither source states the price.
The sources are silent on this point.
It is not stated in the articles who paid.
Who paid is not mentioned in the documents.
The price cannot be determined from the evidence.
This cannot be answered from the given articles.
The context provided is insufficient to answer.
Based on the evidence, it is not possible to say.
Not mentioned in the evidence.
Unknown.
I don't know.
The text gives no date for the opening.
The evidence says nothing about salaries.
The articles provided contain no details on this.
There isn't any evidence in the documents about the colour.
Unfortunately, the evidence doesn't specify the name of the architect.
The available sources do not disclose how much it cost.
The question cannot be answered with the information given.
Nothing in the documents speaks to this.
The passages leave open who will pay.
That detail is missing from the documents.
The evidence lacks any reference to a second bridge.
I was unable to find this in the documents.
Sorry, no answer can be found in the documents.
The documents fail to mention the age of the mayor.
As for the cost, the documents do not give a figure.
However, the articles do not say when it will reopen.
The answer is not in the provided documents.
No document mentions a refund.
The evidence does not say whether he resigned.
The information needed to answer is not included in the evidence.
What it cost is not known from these documents.
Die Artikel beantworten diese Frage nicht.
Dazu steht in den Dokumenten nichts.
Die Frage kann anhand der Quellen nicht beantwortet werden.
Les documents ne répondent pas à cette question.
Aucune information à ce sujet ne figure dans les articles.
Los documentos no responden a esta pregunta.
No hay información sobre esto en los artículos.
I documenti non rispondono a questa domanda.
Os documentos não respondem a esta pergunta.
De artikelen geven geen antwoord op deze vraag.
Dokumenty nie odpowiadają na to pytanie.
В документах нет ответа на этот вопрос.
Статьи не отвечают на этот вопрос.
文章没有回答这个问题。
記事にはこの質問への回答がありません。
الوثائق لا تجيب على هذا السؤال.
This lies outside what the documents cover.
The given material offers no answer.
"""
OTHERS = (
    "The report does not say who paid.",
    "The mayor did not answer the question of a reporter.",
    "No passenger was hurt, the police said.",
    "The company has not disclosed the price of the deal.",
    "It is unclear who fired first.",
    "The bridge is 340 metres long.",
    "Il n’y a pas eu de blessés.",
    "Der Bürgermeister kam nicht.",
)
PARTLY = "The documents do not say who paid for it."


@pytest.mark.parametrize("form", FORMS.strip().splitlines())
def test_a_refusal_is_recognised(form: str) -> None:
    """A sentence that says that the documents do not hold the answer is one, in any wording."""
    assert says_not_held(form)


@pytest.mark.parametrize("text", OTHERS)
def test_a_denial_is_no_refusal(text: str) -> None:
    """What is denied of the world, or of a report that a document speaks of, is a claim."""
    assert not says_not_held(text)


def test_no_answer_is_taken_for_a_refusal() -> None:
    """Of the sentences as LLMs write them, none is taken for a refusal, by the model too."""
    written = (ROOT / "evals/written/dev.jsonl").read_text("utf-8").splitlines()
    texts = {said["text"] for line in written for said in json.loads(line)["said"]}
    model = rag.load_entailment("bundled")
    assert len(texts) > 90
    assert [text for text in sorted(texts) if says_not_held(text, model)] == []


def test_a_claim_beside_a_refusal_is_found() -> None:
    """What a sentence claims beside saying what is not said is a claim by itself."""
    said = "The documents do not name the builder, but it cost 3 million crowns."
    assert claim_beside(said) == "It cost 3 million crowns."
    assert claim_beside(PARTLY) is None


def test_a_refusal_brings_in_no_number_and_no_name() -> None:
    """What has one that neither question nor sources have is a claim, whatever it denies."""
    assert not any(brings_in(form, "") for form in FORMS)
    for claim in (
        "The documents do not name the builder and Mayor Finn was jailed for fraud in 1999.",
        "Mayor Finn could not be found after she stole 9 million euros.",
        "No hay agua potable en el pueblo desde 2019.",
    ):
        assert brings_in(claim, "Who built the bridge?")
    assert not brings_in(
        "The articles do not say when Ana Kovic resigned.", "Did Ana Kovic resign?"
    )


def test_a_claim_of_a_refusal_is_checked(folder: Path) -> None:
    """An invention is not shown as what the documents do not hold, in either mode."""
    said = "Mayor Finn could not be found after she stole 9 million euros [1]."
    for mode in ("flag", "strict"):
        answer = rag.open(folder, mode=mode).ask(QUESTION, llm=rag.scripted_llm([said]))
        verdicts = [s.verdict for s in answer.statements if "stole" in s.text]
        assert verdicts == (["unsupported"] if mode == "flag" else [])


def test_what_is_dropped_is_withdrawn(folder: Path) -> None:
    """Where neither the LLM nor quotes answer, nothing that was shown stays; no quotes are told."""
    said = "The zebra contest in Atlantis was won by Ana Kovic [1]."
    llm = rag.scripted_llm([said])
    events = list(rag.open(folder).stream("Who won the zebra contest in Atlantis?", llm=llm))
    answer = events[-1].answer
    assert answer is not None and answer.status == "abstained" and not answer.stood_in
    assert "Quotes stand in" not in (answer.notice or "")
    kinds = [event.kind for event in events]
    assert kinds.count("verified") == kinds.count("withdrawn")


def test_any_refusal_makes_an_abstention(folder: Path) -> None:
    """An answer that only says that there is none is an abstention, whatever it adds unproven."""
    corpus = rag.open(folder)
    for said in (
        "I could not find any mention of that in the documents.",
        "The sources are silent on this. Generally, bridges are some 900 feet in length.",
    ):
        answer = corpus.ask(QUESTION, llm=rag.scripted_llm([said]))
        assert (answer.status, answer.statements) == ("abstained", ())
        assert answer.llm == "scripted"


@pytest.mark.parametrize("mode", ["flag", "strict"])
def test_a_part_that_is_not_answered_is_said_beside_the_rest(folder: Path, mode: str) -> None:
    """A cited answer is kept whole where it says of a part that the documents do not hold it."""
    corpus = rag.open(folder)
    said = f"{PARTLY} The Sella bridge is 340 metres long [2]."
    answer = corpus.ask(QUESTION, llm=rag.scripted_llm([said]), mode=mode)
    assert answer.status == "answered"
    assert answer.statements[0].text == PARTLY
    assert [s.verdict for s in answer.statements] == ["partial", "supported"]
    assert "~~" not in answer.text


@pytest.mark.parametrize(
    ("said", "claim"),
    [
        ("do not name the builder and the mayor stole the funds.", "The mayor stole the funds."),
        ("do not name the builder, and he fled the country.", "He fled the country."),
        ("do not give the cost and the bridge was closed.", "The bridge was closed."),
        ("do not state the cost and the exact date of the opening.", None),
        ("do not say whether the bridge was closed and the mayor opened the pier.", None),
        ("do not mention the architect and the construction company.", None),
        ("give no cost and it is not known from them.", None),
    ],
)
def test_a_clause_that_asserts_behind_a_refusal_is_a_claim(said: str, claim: str | None) -> None:
    """A subject and its verb behind "and" are checked; what is missing too is no claim."""
    assert claim_beside(f"The documents {said}") == claim
