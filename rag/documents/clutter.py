"""What web pages add to an article, found line by line and marked, never cut out.

The patterns are a table, label by label; each must match a whole line, so that a sentence that
merely mentions subscriptions or comments stays.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from rag.text.sentences import Line, Mark, split_lines

# "Us", and not the country.
_WE = "(?-i:[uU]s)"
_KEY_LENGTH = 3  # characters that a line is looked up by: few lines of prose begin as notices do
_DIGIT = "0"  # the key of all lines that begin with a digit
# A whole line that matches is clutter wherever it stands. So that most lines are tried against
# none, each row says in lower case what its lines begin with or, behind an ellipsis, what lines
# hold that may begin with anything.
_STRONG: tuple[tuple[str, str, str], ...] = (
    (
        "share buttons",
        "please|share|tweet|pin it|copy|post|follow|like|find|click",
        r"(please )?share (it|this)( (article|post|story|page|on|via|with|facebook|twitter|x|"
        r"whatsapp|telegram|linkedin|reddit|email|friends|:|,))*|share:|tweet|pin it|copy link"
        r"|(share|post|tweet) (on|to|via) "
        r"(facebook|twitter|x|whatsapp|telegram|linkedin|reddit|email)"
        rf"|(follow|like|find) {_WE} on .{{1,60}}|(?-i:(FOLLOW|LIKE|FIND) US ON .{{1,60}})"
        r"|click to share .{1,60}",
    ),
    ("comment form", "0", r"\d{1,6} comments?( yet)?"),
    (
        "comment form",
        "no comments|post a|leave a|add a|write a|comment|your|required|save my|be the|log|sign",
        r"no comments( yet)?|(post|leave|add|write) a (comment|reply)( cancel reply)?"
        r"|comments are (now )?closed|comments? \(\d+\)"
        r"|your email address will not be published.{0,80}|required fields are marked.{0,10}"
        r"|save my name, email,? and website in this browser.{0,60}"
        r"|be the first to comment.{0,40}|(log|sign) in to (leave a |post a )?(reply|comment)",
    ),
    (
        "paywall notice",
        "subscribe|read|see more|this|already|a subscriber|a member|to continue|to keep|you",
        r"subscribe (now )?to (get access|continue( reading)?|read( (more|on))?|unlock).{0,60}"
        r"|(read|see) more of this content when you subscribe.{0,20}"
        r"|this (content|article|post|story) is (only )?(for|available to|reserved for) "
        r"(paid |paying )?(subscribers|members).{0,60}"
        r"|(already )?a (subscriber|member)\? (log|sign) in.{0,20}"
        r"|to (continue|keep) reading,? (please )?(subscribe|log in|sign in|register).{0,80}"
        r"|you('ve| have) (reached|read) your .{0,30}(limit|articles).{0,60}",
    ),
    (
        "subscription appeal",
        "we ask|we humbly|please|consider|support|donat|sign|subscribe|join|make|become",
        r"we (humbly )?ask for your (support|help).{0,200}"
        rf"|(please )?(consider )?(support(ing)?|donat(e|ing) to) "
        rf"({_WE}|our (work|site|journalism)).{{0,150}}"
        r"|(sign up|subscribe|join) .{0,60}(newsletter|mailing list|inbox|email updates).{0,120}"
        r"|(make|become) a (donation|patron|supporter)( (today|now|here|on patreon))?",
    ),
    (
        "subscription appeal",
        "the|our",
        r"(the|our) .{0,40}(catch-?up|newsletter|digest|briefing|round-?up) "
        r"(provides|brings|delivers|gives) .{0,80}\byour?\b.{0,80}",
    ),
    ("advert", "…as an amazon associate", r"\W*as an amazon associate,? (i|we) (earn|get).{0,80}"),
    (
        "advert",
        "available|advertisement|sponsored|promoted|paid|the story|the article|story|article",
        r"available (for|on) amazon prime"
        r"|advertisements?|sponsored( content)?|promoted( content)?|paid (content|partnership)"
        r"|(the )?(story|article) continues (below|after) (this |the )?(ad|advert\w*).{0,20}",
    ),
    (
        "ad-block notice",
        "…adblock|…ad block|…ad-block|…ad -block",
        r"ad ?-?block(er)? detected.{0,20}"
        r"|.{0,60}(disabl(e|ing)|turn(ing)? off) your ad ?-?block(er)?.{0,60}",
    ),
    (
        "related-article teaser",
        "read|see|also|related|don|more|you|recommended|most|trending",
        r"((read|see) (more|also|next)|also read|related( (articles?|posts?|stories|news|reading))?"
        r"|don.t miss|more on this( story)?)\s*:.{0,200}"
        r"|related (articles?|posts?|stories)|you (may|might) also like.{0,40}|recommended for you"
        r"|(most (read|popular)|trending( now)?)",
    ),
    ("reading time", "read", r"read(ing)? time\s*:?\s*\d.{0,40}"),
    ("reading time", "0", r"\d{1,3} min(ute)?s? read"),
    ("star rating", "average|rate", r"average rating|rate this( (article|post|story))?"),
    (
        "disclaimer",
        "… the views|… the opinions",
        r".{0,60}do(es)? not (always |necessarily )?(share|support|reflect|endorse)"
        r"( (and|or) (share|support|reflect|endorse))? the (views|opinions)"
        r"( (and|or) (views|opinions))? (expressed (here|in this|on this|by (the|its|our) "
        r"(authors?|writers?|contributors?))|of (this|our|its|the) (authors?|writers?|"
        r"contributors?|columnists?|paper|publication|publisher|editors?|(web)?site|blog)).{0,200}",
    ),
    (
        "page furniture",
        "back|skip|toggle",
        r"back to (the )?top( button)?|skip to (main )?content|toggle navigation",
    ),
)


class _Notice(NamedTuple):
    """A row of the table: ``held`` is what its lines hold, empty if they are told by beginnings."""

    label: str
    held: tuple[bytes, ...]
    pattern: re.Pattern[str]


def _by_beginning() -> dict[str, list[_Notice]]:
    """Return the rows that a line may match, by its key; by the empty one what any may."""
    hints = [hint.split("|") for _, hint, _ in _STRONG]
    keys = {word[:_KEY_LENGTH] for words in hints for word in words if word[0] != "…"}
    found: dict[str, list[_Notice]] = {key: [] for key in ("", *keys)}
    for words, (label, _, body) in zip(hints, _STRONG, strict=True):
        held = tuple(word[1:].encode() for word in words if word[0] == "…")
        notice = _Notice(label, held, re.compile(rf"(?:{body})\s*[:.!*]*", re.IGNORECASE))
        for key in found if held else {word[:_KEY_LENGTH] for word in words}:
            found[key].append(notice)
    return found


_NOTICES = _by_beginning()
# Too short to be sure of alone: clutter only next to other clutter.
_WEAK = re.compile(
    r"close|menu|home|search|next|previous|facebook|twitter|email|print|loading\W*"
    r"|\d{1,4}( \d{1,4})?|0+ ?%",
    re.IGNORECASE,
)
_REACTION = re.compile(
    r"happy|sad|excited|sleepy|angry|surprised?|love|funny|wow|like|dislike|[1-5] stars?",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\d{1,3} ?%")
_NEIGHBOURS = 2  # lines with words between a weak line and the clutter that confirms it
# What follows the comment form is other people's words, unless it is most of the page.
_MAX_TAIL_SHARE = 0.25

_MAX_CLUTTER_LINE = 320  # characters; longer lines are prose, and are not tried against the table

# What is quoted and then goes on is someone's speech, whatever it says.
_SPEECH = re.compile(r"[\"“„«][^\"”“»]*[\"”“»]\s*\w.*")

# A whole paragraph in brackets, or an editor's note within one, brackets within it included.
_ASIDE_NOTE = re.compile(
    r"[\[(]\s*(?i:editor['’]?s? note\b|note from the editor\b|ed\.? note\b|ed\.?:|ed\.\s*[–—])"
    r"(?:[^\[\]()]|[\[(][^\[\]()]{0,200}[\])]){0,2000}[\])]"
)
_MIN_ASIDE_WORDS = 4  # "(Reuters)" alone on a line is a credit, not a remark
_BRACKETS = {"(": ")", "[": "]"}


def find_marks(text: str) -> list[Mark]:
    """Find the clutter and asides of an article.

    Returns marks in order, never overlapping, each without surrounding white space.
    """
    lines = split_lines(text)
    labels = _label_lines(lines, _lowered(text))
    marks = [
        Mark(line.start, line.end, "clutter", label)
        for line, label in zip(lines, labels, strict=True)
        if label
    ]
    marks += [
        Mark(line.start, line.end, "aside", "bracketed remark")
        for line, label in zip(lines, labels, strict=True)
        if label is None and line.text[0] in _BRACKETS and _is_bracketed(line.text)
    ]
    marks.sort()
    return sorted([*marks, *_find_notes(text, marks)])


def _lowered(text: str) -> bytes:
    """Return a text with small letters, those of ASCII: as bytes it takes a fifth of the time."""
    return text.encode("utf-8", "surrogatepass").lower()


def _label_lines(lines: list[Line], lowered: bytes) -> list[str | None]:
    """Label each line of a text, which is also given with small letters."""
    absent = {one for one in _NOTICES[""] if not any(word in lowered for word in one.held)}
    notices = {key: [one for one in some if one not in absent] for key, some in _NOTICES.items()}
    anywhere = notices.pop("")
    labels: list[str | None] = []
    for _, _, line in lines:
        # A line may hold two notices one after the other.
        shown = line.strip("\"'“”‘’ ")
        key = _DIGIT if shown[:1].isdigit() else shown[:_KEY_LENGTH].lower()
        maybe = notices.get(key, anywhere)
        labels.append(_strong_label(line, shown, maybe) if maybe else None)
    _label_reactions(lines, labels)
    _label_weak(lines, labels)
    _label_tail(lines, labels)
    return labels


def _strong_label(line: str, shown: str, notices: list[_Notice]) -> str | None:
    if len(line) > _MAX_CLUTTER_LINE:
        return None
    for label, _, pattern in notices:
        if pattern.fullmatch(shown):
            return None if _SPEECH.fullmatch(line) else label
    return None


def _label_reactions(lines: list[Line], labels: list[str | None]) -> None:
    """Label a reaction word (once or twice) and the percentage below it: a poll or star rating."""
    for at, line in enumerate(lines):
        if at and line.text[-1] == "%" and _PERCENT.fullmatch(line.text):
            names = [i for i in (at - 1, at - 2) if i >= 0 and _REACTION.fullmatch(lines[i].text)]
            if names and names[0] == at - 1:
                star = "star" in lines[at - 1].text.lower()
                for i in (at, *names):
                    labels[i] = "star rating" if star else "reader poll"


def _label_weak(lines: list[Line], labels: list[str | None]) -> None:
    strong = [at for at, label in enumerate(labels) if label]
    near = {at + away for at in strong for away in range(-_NEIGHBOURS, _NEIGHBOURS + 1)}
    for at in near.intersection(range(len(lines))):
        if labels[at] is None and _WEAK.fullmatch(lines[at].text):
            labels[at] = "page furniture"


def _label_tail(lines: list[Line], labels: list[str | None]) -> None:
    if "comment form" not in labels:
        return
    rest = total = sum(len(line.text) for line in lines)
    for at, label in enumerate(labels):
        if label == "comment form" and rest <= _MAX_TAIL_SHARE * total:
            labels[at:] = [found or "after the comment form" for found in labels[at:]]
            return
        rest -= len(lines[at].text)


def _find_notes(text: str, marks: list[Mark]) -> Iterator[Mark]:
    """Yield editors' notes within a line, except where one of the sorted marks stands already."""
    behind = 0
    for at in sorted(at for bracket in _BRACKETS for at in _places(text, bracket)):
        match = _ASIDE_NOTE.match(text, at) if at >= behind else None
        if match is None:
            continue
        behind = match.end()
        after = bisect_left(marks, behind, key=lambda mark: mark.start)
        if not after or marks[after - 1].end <= at:
            yield Mark(at, behind, "aside", "editor's note")


def _places(text: str, char: str) -> Iterator[int]:
    """Yield where a character stands; a pattern takes a hundred times as long for a rare one."""
    at = text.find(char)
    while at >= 0:
        yield at
        at = text.find(char, at + 1)


def _is_bracketed(line: str) -> bool:
    if len(line.split()) < _MIN_ASIDE_WORDS:
        return False
    depth = 0
    for at, char in enumerate(line):
        depth += (char == line[0]) - (char == _BRACKETS[line[0]])
        if depth == 0:
            return at == len(line) - 1
    return False
