"""Who answers: choose, test, and preview what would be sent, in the settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from rag import render
from rag.corpus import Corpus
from rag.limits import ServingPolicy
from rag.llms.scripted import scripted_llm
from rag.llms.specs import NO_LLM, LLMLimits, offered_specs, probe, remote_host
from rag.ui.widgets import PRIVATE, asked_of, errors_as_messages, filters, html, page_request

QUOTES_ONLY = "No LLM: quotes from the documents"
TESTING = "Asking the LLM one short question …"
NO_PROMPT = "The documents hold nothing about that, so no LLM would be asked."
HOW_TO_OFFER_MORE = "To offer LLMs here, name them in RAG_LLMS, separated by commas."


class ModelTab:
    """The choice of who answers, which all views share, and the part of the settings for it.

    Gradio refuses any value for the choice that is not one of ``specs``. The choice ``spec`` and
    the sentence about it, ``note``, exist before they are laid out.
    """

    def __init__(self, corpus: Corpus, policy: ServingPolicy) -> None:
        settings = corpus.settings
        self._corpus = corpus
        self._policy = policy
        self._limits = LLMLimits(settings.llm_timeout, settings.llm_context)
        self.specs = offered_specs(settings.llm, settings.llms)
        choices = [(QUOTES_ONLY if spec == NO_LLM else spec, spec) for spec in self.specs]
        self.spec = gr.Radio(choices, value=settings.llm, label="Who answers", render=False)
        self.note = html("answerer", render.note_html(privacy_note(settings.llm)), render=False)

    def layout(self, filter_boxes: list[Any]) -> None:
        """Lay out the part of the settings that is open.

        Args:
            filter_boxes: the conversation's components for since, until, outlets and documents.
        """
        self.spec.render()  # type: ignore[no-untyped-call]
        note = html("sent-to", render.note_html(privacy_note(self._corpus.settings.llm)))
        html("more", render.note_html(HOW_TO_OFFER_MORE if len(self.specs) == 1 else ""))
        with gr.Row(elem_classes="buttons"):
            test = gr.Button("Test it", min_width=90)
        tested = html("tested")
        self.spec.change(self._choose, self.spec, [self.note, note, tested], **PRIVATE)
        test.click(self._test, self.spec, tested, **PRIVATE)
        if not self._policy.local:
            return  # not everyone who has the password may see the prompt
        question = gr.Textbox(
            label="See what would be sent",
            placeholder="Type a question and press Enter; nothing is sent.",
        )
        prompt = html("sent")
        *_, chosen = filter_boxes
        asked = asked_of([question, self.spec, *filter_boxes], chosen)
        question.submit(self._preview, outputs=prompt, **asked, **PRIVATE)

    def _choose(self, spec: str) -> tuple[str, str, str]:
        note = render.note_html(privacy_note(spec))
        return note, note, ""

    def _test(self, spec: str) -> Iterator[str]:
        yield render.working_html(TESTING)
        if spec == NO_LLM:
            yield render.note_html(f"{QUOTES_ONLY}. There is nothing to test.")
            return
        found: dict[str, Any] = {}
        with errors_as_messages() as errors, page_request(self._policy, "test", "") as line:
            found = probe(spec, self._limits)
            line |= {"result": "tested", "llm": spec}
        if errors:
            yield render.message_html(errors[0])
            return
        works = found.pop("works")
        yield render.facts_html(found, "It works" if works else "It does not work")

    def _preview(
        self,
        question: str,
        spec: str,
        since: str,
        until: str,
        outlets: list[str],
        documents: list[str] | None,
    ) -> str:
        """Show the first prompt for a question, which is given to an LLM that says nothing."""
        note = privacy_note(spec)
        if spec == NO_LLM:
            return render.prompt_html(None, note)
        silent = scripted_llm(["–"], context=self._limits.context_for(spec))
        within = filters(since, until, outlets, documents)
        with (
            errors_as_messages() as errors,
            page_request(self._policy, "preview", question) as line,
        ):
            prompt = self._corpus.chat().ask(question, llm=silent, **within).asked
            line["result"] = "shown"
            return render.prompt_html(prompt, note if prompt else NO_PROMPT)
        return render.message_html(errors[0])


def privacy_note(spec: str) -> str:
    """Return a sentence that says where a question and the evidence for it are sent."""
    if spec == NO_LLM:
        return "No LLM: answers are quotes, and nothing leaves this machine."
    host = remote_host(spec)
    if host is None:
        return f"{spec} writes the answers on this machine; nothing leaves this machine."
    return (
        f"{spec} writes the answers. Your question and passages of the documents that may "
        f"answer it are sent to {host}; in a conversation, so are your latest questions and the "
        "beginnings of their answers."
    )
