"""Whose words stand on a page: the turns of interviews, the posts of threads, and what they quote.

The rule for all of them: words have the label of who said them, or none; never another's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rag.formats.extracted import Builder
from rag.formats.web.lines import LineWalk
from rag.formats.web.talk.interviews import interview_in
from rag.formats.web.talk.quotations import introduces, is_quotation, quoted_by, quoted_in
from rag.formats.web.talk.speech import PagePost, is_action
from rag.formats.web.words import shown_lines
from rag.text.blocks import BlockKind

ASKED_BY = re.compile(r"(?:Q|Question|Frage|F)(?:uestion)?\s?\d{0,3}\s?[:.)]\s+\S", re.IGNORECASE)
ANSWER = re.compile(r"(?:A|Answer|Antwort)\s?\d{0,3}\s?[:.)]\s+\S", re.IGNORECASE)
_MAX_NESTED = 40  # posts and quotations in each other; what is deeper is nobody's
_PROFILE_LABEL = "about who wrote a post"


class TalkWalk(LineWalk):
    """Knows who says what a walk comes to.

    Attributes:
        speaker: who says what follows, empty where nobody known does.
    """

    def __init__(self, builder: Builder) -> None:
        super().__init__()
        self.speaker = ""
        self._builder = builder
        self._depth = 0  # of lists
        self._talks = False  # whether the page has anything that somebody says
        self._speakers: frozenset[str] = frozenset()  # of an interview
        self._turns: dict[Any, str] = {}  # its paragraphs
        self._posts: dict[Any, PagePost] = {}
        self._told: set[Any] = set()  # names and dates of posts, which are in their headings
        self._in_post = False
        self._nested = 0  # posts and quotations in each other
        self._quoting = 0  # how many quotations in each other
        self._boxed = False  # in a box around a quotation that names who is quoted
        self._named = ""  # who is quoted in what follows
        self._question = ""  # waits for its answer

    def _end(self) -> None:
        raise NotImplementedError

    def _put(self, words: str, kind: BlockKind, *, level: int = 0, label: str = "") -> None:
        raise NotImplementedError

    def _hear(self, root: Any, posts: Sequence[PagePost]) -> None:
        """Take in who speaks below an element, some of which may be posts of a thread."""
        self._posts = {post.element: post for post in posts}
        self._speakers, turns = interview_in(root)
        self._turns = dict(turns)
        self._talks = bool(posts or self._turns)

    def _is_talk(self, tag: str, element: Any) -> bool:
        """Add an element that is a post, a turn or a quotation, or pass over what is no words."""
        if self._nested > _MAX_NESTED:
            return False
        post = self._posts.pop(element, None)
        if post is not None:
            self._post(post)
        elif element in self._turns:
            self._said_by(self._turns.pop(element), element)
        elif self._in_post and is_quotation(element):
            self._quotation(tag, element)
        elif element not in self._told and not (self._in_post and is_action(element)):
            return False
        return True

    def _post(self, post: PagePost) -> None:
        """Add a post of a thread under its author and date."""
        self._end()
        day = "" if post.date is None else self.words_of(post.date).replace("\n", " ")
        box = [] if post.author is None else shown_lines(post.author)
        about = [line for line in box if line not in (post.name, day)]
        first = about[0] if about and post.name in about[0] else ""
        lines = [first, *(self.words_of(each).replace("\n", " ") for each in post.told)]
        dated = next((line for line in lines if any(map(str.isdigit, line))), post.name)
        heading = f"{post.name}, {day}" if day else dated
        self._told |= {each for each in (post.author, *post.told, post.date) if each is not None}
        self._put(heading, "heading", level=6)
        self._builder.add_clutter("\n".join(about[bool(first) :]), _PROFILE_LABEL)
        outer = self._in_post, self._depth, self._quoting
        self._in_post, self._depth, self._quoting = True, 0, 0
        self._said_by(post.name, post.element)
        self._in_post, self._depth, self._quoting = outer

    def _said_by(self, speaker: str, element: Any) -> None:
        """Add all that an element holds as words of somebody's, or of nobody known."""
        self._end()
        self._nested += 1
        outer, self.speaker = self.speaker, speaker if self._nested <= _MAX_NESTED else ""
        self._say(element.text)
        self._children(element)
        self._end()
        self.speaker = outer
        self._nested -= 1

    def _quotation(self, tag: str, element: Any) -> None:
        """Add what a post quotes, under whom it says to quote."""
        self._end()
        self._named, named = quoted_by(element), self._named
        if self._named:
            self._put(self.words_of(element).replace("\n", " "), "heading", level=6)
            return
        who, told = quoted_in(element)
        if told is not None and told not in self._told:
            self._told.add(told)
            self._put(self.words_of(told).replace("\n", " "), "heading", level=6)
        inherited = self.speaker if self._boxed and self._quoting else ""
        who = who or named or inherited
        outer, self._boxed = self._boxed, tag != "blockquote"
        self._quoting += 1
        self._said_by(who, element)
        self._quoting -= 1
        self._boxed = outer

    def _has_speaker(self, line: str) -> bool:
        """Return whether a paragraph with this first line is what somebody says."""
        return bool(self.speaker or self._quoting or self._speaker_of(line))

    def _spoken(self, lines: list[str]) -> None:
        """Add what somebody says, in an interview or in a post."""
        if not self._in_post:
            self._take_turns(lines)
            return
        speaker, said = self.speaker, list[str]()
        for line in lines:
            who = introduces(line)
            if who or (bool(said) and line.startswith(">") != said[0].startswith(">")):
                self._put_turn(said, speaker)
                said = []
            if not who:
                said.append(line)
            elif self._quoting:
                self._put(line, "heading", level=6)
                speaker = self.speaker = who
            else:  # where what is quoted ends is nowhere said, but for a box of its own
                self._put(line, "turn", label=speaker)
                speaker, self._named = "", who
        self._put_turn(said, speaker)

    def _put_turn(self, lines: list[str], speaker: str) -> None:
        """Add what somebody says in a post; lines behind an angle are words of others."""
        marked = bool(lines) and lines[0].startswith(">")
        self._put("\n".join(lines), "turn", label="" if marked else speaker)

    def _take_turns(self, lines: list[str]) -> None:
        """Add what is said in an interview, in which each line may be another's."""
        speaker, said = self.speaker, list[str]()
        for line in [*lines, ""]:
            begins = self._speaker_of(line)
            if said and (not line or begins):
                self._put("\n".join(said), "turn", label=speaker)
                said = []
            speaker = begins or speaker
            said.append(line)

    def _speaker_of(self, line: str) -> str:
        """Return the name at the start of a line of an interview, if one is there."""
        name, colon, _ = line.replace("：", ":").partition(":")
        name = name.split("(")[0].strip()
        return name if colon and name in self._speakers else ""

    def _asked(self, lines: list[str]) -> None:
        """Add a question, which waits for its answer; or an answer."""
        for line in lines:
            if ASKED_BY.match(line):
                self._release()
                self._question = line
            elif self._question:
                self._question += f"\n{line}"
            else:
                self._put(line, "text")
        if "\n" in self._question:
            self._release()

    def _release(self) -> None:
        """Add the question that waits, with what answers it so far."""
        if self._question:
            words, self._question = self._question, ""
            self._builder.add(words, "field" if "\n" in words else "text")
