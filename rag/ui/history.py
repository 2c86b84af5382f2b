"""The conversations that are kept, and the notebook: lists beside the conversation."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import gradio as gr

from rag.corpus import Corpus
from rag.errors import NotKept
from rag.limits import ServingPolicy
from rag.notebook.conversations import UNDO_DAYS, Conversations, KeptConversation
from rag.notebook.export import conversation_file, notebook_file
from rag.notebook.pins import Notebook
from rag.render.kept.lists import (
    conversations_html,
    deleted_html,
    pins_html,
    problems_html,
    removed_html,
    went_on_html,
)
from rag.render.kept.turns import linked_filters
from rag.render.page import (
    download_html,
    shelves_html,
)
from rag.settings import Settings
from rag.types import Answer
from rag.ui.ask import AskTab, Conversation
from rag.ui.widgets import (
    IN_TURN,
    PRIVATE,
    article_opener,
    errors_as_messages,
    html,
    link_data,
)

_FOLDER = Path(__file__).resolve().parent
_JS = (_FOLDER / "history.js").read_text("utf-8")
_CSS = (_FOLDER / "history.css").read_text("utf-8")
MOST_REOPENED = 3  # conversations with the words of a link's question that are looked through
MOST_SHOWN = 200  # conversations; older ones are found by their words

# What the browser does after a conversation was closed.
_CLEARED_PAGE: dict[str, Any] = {"fn": None, "js": "() => window.footnote.clear()"} | PRIVATE

Updates = dict[Any, Any]  # new values by component


def keeps_history(settings: Settings, policy: ServingPolicy) -> bool:
    """Return whether the page keeps conversations.

    Those of a page that others reach would be seen by all of them, as there is one password for
    all: it keeps them only if the settings say that this is meant.
    """
    return settings.history == "shared" or (settings.history == "on" and policy.local)


class HistoryPanel:
    """The lists of conversations and of pins, and what their buttons do.

    Args:
        corpus: what is asked; conversations are kept beside its index.
        policy: whether only this machine is served.
    """

    def __init__(self, corpus: Corpus, policy: ServingPolicy) -> None:
        self._corpus = corpus
        self._conversations = Conversations(corpus)
        self._notebook = Notebook(corpus)
        self.keeps = keeps_history(corpus.settings, policy)
        self._new = gr.Button("New conversation", elem_id="new-conversation", size="sm")
        look: dict[str, Any] = {"js_on_load": _JS, "css_template": _CSS}
        self._pinner = html("pinner", visible=self.keeps, **look)
        if self.keeps:
            html("shelves", shelves_html())
        self._message = html("history-message", **look)
        with gr.Column(visible=self.keeps, elem_id="shelf-conversations", elem_classes="shelf"):
            self._words = gr.Textbox(
                label="Search conversations",
                show_label=False,
                placeholder="Search conversations",
                elem_id="history-search",
            )
            self._list = html("history-list", **look)
        with gr.Column(visible=self.keeps, elem_id="shelf-notebook", elem_classes="shelf"):
            self._pins = html("notebook", **look)
            self._note = gr.Textbox(
                label="Note of your own", lines=1, max_lines=8, elem_id="notebook-note"
            )
            self._write = gr.Button("Add note", size="sm")

    def connect(self, page: gr.Blocks, ask: AskTab) -> None:
        """Connect the panel with the conversation that is shown.

        Args:
            page: whose windows show the lists when they open.
            ask: the conversation.
        """
        self._ask = ask
        began = self._new.click(ask.clear, ask.conversation, ask.cleared, **PRIVATE).then(
            **_CLEARED_PAGE
        )
        if not self.keeps:
            ask.delete.click(ask.clear, ask.conversation, ask.cleared, **PRIVATE).then(
                **_CLEARED_PAGE
            )
            return
        ask.keep = self._keep
        ask.reopen = self._ending_with
        listed: dict[str, Any] = {"fn": self._listed, "outputs": self._list} | PRIVATE
        listed["inputs"] = [self._words, ask.conversation]
        page.load(**listed)
        page.load(self._pinned, None, self._pins, **PRIVATE)
        self._words.change(**listed)
        began.then(**listed)
        for answered in ask.answered:
            answered.then(
                self._after_answer, listed["inputs"], [self._list, self._message], **PRIVATE
            )
        acts = [*ask.cleared, self._list, self._message]
        state = [self._words, ask.conversation]
        for part in (self._list, self._message):
            part.input(self._act, state, acts, **PRIVATE)
        ask.delete.click(self._delete_open, state, acts, **PRIVATE).then(**_CLEARED_PAGE)
        self._connect_notebook(ask)

    def _connect_notebook(self, ask: AskTab) -> None:
        outputs = [self._pins, ask.saved]
        for part in (self._pins, self._pinner):
            part.input(self._act_on_pin, ask.conversation, outputs, **PRIVATE)
        self._pins.select(article_opener(self._corpus), None, ask.evidence, **IN_TURN)
        gr.on(
            [self._write.click, self._note.submit],
            self._write_note,
            self._note,
            [self._pins, self._note],
            **PRIVATE,
        )

    def _keep(self, talk: Conversation, answer: Answer, within: dict[str, Any]) -> None:
        """Keep an answer; where that fails, the reader is told and goes on."""
        with errors_as_messages() as errors:
            before = talk.kept_as
            talk.kept_as = self._conversations.add(
                answer, within, conversation=before, replaces=talk.replaces
            )
            went_on = talk.replaces is not None and talk.kept_as != before
            talk.left, talk.replaces = before if went_on else None, None
        for error in errors:
            gr.Warning(f"The conversation is not kept. {error}")

    def _listed(self, words: str | None, talk: Conversation | None) -> str:
        words = words or ""  # a box in which nothing was typed yet has no value
        with errors_as_messages() as errors:
            found = self._conversations.search(words, MOST_SHOWN)
            notice = [self._conversations.notice] if self._conversations.notice else []
            searched = bool(words.strip())
            listed = conversations_html(
                [info.to_dict() for info in found],
                open_id=(talk.kept_as or "") if talk else "",
                today=datetime.now().astimezone().date(),
                searched=searched,
            )
            gone = [] if searched else self._conversations.deleted(MOST_SHOWN)
            listed += removed_html([info.to_dict() for info in gone], UNDO_DAYS)
            return problems_html(notice) + listed
        return problems_html(errors)

    def _after_answer(self, words: str | None, talk: Conversation | None) -> tuple[str, Any]:
        """List the conversations; where an edited question began one, say so."""
        said = gr.skip()
        if talk is not None and talk.left is not None:
            with suppress(NotKept):  # deleted elsewhere meanwhile
                said = went_on_html(self._conversations.get(talk.left).info.title, talk.left)
            talk.left = None
        return self._listed(words, talk), said

    def _act(self, words: str | None, talk: Conversation | None, event: gr.EventData) -> Updates:
        """Do what a button of the list says."""
        link = link_data(event)
        acts = {
            "open": self._open,
            "rename": self._rename,
            "delete": self._delete,
            "undo": self._undo,
            "erase": self._erase,
            "export": self._export,
        }
        updates: Updates = {self._message: ""}
        with errors_as_messages() as errors:
            act = acts.get(str(link.get("do")))
            updates |= act(link, talk) if act else {}
        if errors:
            updates[self._message] = problems_html(errors)
        shown = updates.get(self._ask.conversation, talk)
        return updates | {self._list: self._listed(words, shown)}

    def _open(self, link: dict[str, Any], talk: Conversation | None) -> Updates:
        """Show a kept conversation, to go on with."""
        kept = self._conversations.get(str(link["kept"]))
        return self._ask.show(self._resumed(kept), talk)

    def _resumed(self, kept: KeptConversation) -> Conversation:
        turns = [(turn.shown, dict(turn.filters)) for turn in kept.turns]
        return Conversation(self._conversations.resume(kept.info.id), turns, kept_as=kept.info.id)

    def _ending_with(self, question: str, within: dict[str, Any]) -> Conversation | None:
        """Return the newest conversation with a question if it is its last, with these filters."""
        with errors_as_messages():  # where nothing can be read, the question is asked anew
            for info in self._conversations.search(question, MOST_REOPENED):
                kept = self._conversations.get(info.id)
                last = kept.turns[-1]
                same = last.answer.understood_as == question
                if same and linked_filters(last.filters) == linked_filters(within):
                    return self._resumed(kept)
        return None

    def _rename(self, link: dict[str, Any], talk: Conversation | None) -> Updates:
        self._conversations.rename(str(link["kept"]), str(link["title"]))
        return {}

    def _delete(self, link: dict[str, Any], talk: Conversation | None) -> Updates:
        """Delete a conversation; the one that is open is closed too."""
        id_ = str(link["kept"])
        title = self._conversations.get(id_).info.title
        self._conversations.delete(id_)
        was_open = talk is not None and talk.kept_as == id_
        closed = self._ask.clear(talk) if was_open else {}
        return closed | {self._message: deleted_html(title, id_, was_open=was_open)}

    def _undo(self, link: dict[str, Any], talk: Conversation | None) -> Updates:
        """Bring back a conversation; one that was open is opened, unless another is by now."""
        self._conversations.undo_delete(str(link["kept"]))
        opens = "reopen" in link and (talk is None or not talk.turns)
        return self._open(link, talk) if opens else {}

    def _erase(self, link: dict[str, Any], talk: Conversation | None) -> Updates:
        self._conversations.delete_for_good(str(link["kept"]))
        return {}

    def _export(self, link: dict[str, Any], talk: Conversation | None) -> Updates:
        kept = self._conversations.get(str(link["kept"]))
        ending = str(link["ending"])
        return {
            self._ask.saved: download_html(conversation_file(kept, ending), kept.info.title, ending)
        }

    def _delete_open(self, words: str | None, talk: Conversation | None) -> Updates:
        """Close the conversation that is open, and delete it where it is kept.

        One callback does both: of two, the one that closes could leave the other none to delete.
        One that could not be deleted stays open.
        """
        updates = self._ask.clear(talk)
        if talk is not None and talk.kept_as is not None:
            with errors_as_messages() as errors, suppress(NotKept):  # deleted elsewhere already
                updates |= self._delete({"kept": talk.kept_as}, talk)
            if errors:
                updates = {self._message: problems_html(errors)}
        shown = updates.get(self._ask.conversation, talk)
        return updates | {self._list: self._listed(words, shown)}

    def _pinned(self) -> str:
        with errors_as_messages() as errors:
            return pins_html([pin.to_dict() for pin in self._notebook.pins()])
        return problems_html(errors)

    def _act_on_pin(self, talk: Conversation | None, event: gr.EventData) -> Updates:
        """Pin a statement, or do what a button of the notebook says."""
        link = link_data(event)
        updates: Updates = {}
        with errors_as_messages() as errors:
            updates = self._change_pins(link, talk)
        return {self._pins: problems_html(errors) + self._pinned()} | updates

    def _change_pins(self, link: dict[str, Any], talk: Conversation | None) -> Updates:
        pin = str(link.get("kept", ""))
        match link.get("do"):
            case "pin" if talk is not None:
                self._notebook.pin(talk.turns[int(link["turn"])][0], int(link["at"]))
            case "up" | "down" as way:
                places = [each.id for each in self._notebook.pins()]
                place = places.index(pin) + (1 if way == "down" else -1)
                self._notebook.move(pin, place)
            case "annotate":
                self._notebook.annotate(pin, str(link.get("note", "")))
            case "remove":
                self._notebook.remove(pin)
            case "export":
                ending = str(link["ending"])
                content = notebook_file(self._notebook.pins(), ending)
                return {self._ask.saved: download_html(content, "notebook", ending)}
        return {}

    def _write_note(self, note: str) -> tuple[str, str]:
        with errors_as_messages() as errors:
            self._notebook.write(note)
            return self._pinned(), ""
        return problems_html(errors) + self._pinned(), note
