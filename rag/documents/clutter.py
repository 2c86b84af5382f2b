"""What web pages add to an article, found line by line and marked, never cut out.

The patterns are a table, label by label; each must match a whole line, so that a sentence that
merely mentions subscriptions or comments stays.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from rag.text.sentences import Line, Mark, split_lines

# "Us", and not the country.
_WE = "(?-i:[uU]s)"
# A whole line that matches is clutter wherever it stands.
_STRONG: tuple[tuple[str, str], ...] = (
    (
        "share buttons",
        r"(please )?share (it|this)( (article|post|story|page|on|via|with|facebook|twitter|x|"
        r"whatsapp|telegram|linkedin|reddit|email|friends|:|,))*|share:|tweet|pin it|copy link"
        r"|(share|post|tweet) (on|to|via) "
        r"(facebook|twitter|x|whatsapp|telegram|linkedin|reddit|email)"
        rf"|(follow|like|find) {_WE} on .{{1,60}}|(?-i:(FOLLOW|LIKE|FIND) US ON .{{1,60}})"
        r"|click to share .{1,60}",
    ),
    (
        "comment form",
        r"(no comments|\d{1,6} comments?)( yet)?"
        r"|(post|leave|add|write) a (comment|reply)( cancel reply)?"
        r"|comments are (now )?closed|comments? \(\d+\)"
        r"|your email address will not be published.{0,80}|required fields are marked.{0,10}"
        r"|save my name, email,? and website in this browser.{0,60}"
        r"|be the first to comment.{0,40}|(log|sign) in to (leave a |post a )?(reply|comment)",
    ),
    (
        "paywall notice",
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
        r"we (humbly )?ask for your (support|help).{0,200}"
        rf"|(please )?(consider )?(support(ing)?|donat(e|ing) to) "
        rf"({_WE}|our (work|site|journalism)).{{0,150}}"
        r"|(sign up|subscribe|join) .{0,60}(newsletter|mailing list|inbox|email updates).{0,120}"
        r"|(the|our) .{0,40}(catch-?up|newsletter|digest|briefing|round-?up) "
        r"(provides|brings|delivers|gives) .{0,80}\byour?\b.{0,80}"
        r"|(make|become) a (donation|patron|supporter)( (today|now|here|on patreon))?",
    ),
    (
        "advert",
        r"\W*as an amazon associate,? (i|we) (earn|get).{0,80}|available (for|on) amazon prime"
        r"|advertisements?|sponsored( content)?|promoted( content)?|paid (content|partnership)"
        r"|(the )?(story|article) continues (below|after) (this |the )?(ad|advert\w*).{0,20}",
    ),
    (
        "ad-block notice",
        r"ad ?-?block(er)? detected.{0,20}"
        r"|.{0,60}(disabl(e|ing)|turn(ing)? off) your ad ?-?block(er)?.{0,60}",
    ),
    (
        "related-article teaser",
        r"((read|see) (more|also|next)|also read|related( (articles?|posts?|stories|news|reading))?"
        r"|don.t miss|more on this( story)?)\s*:.{0,200}"
        r"|related (articles?|posts?|stories)|you (may|might) also like.{0,40}|recommended for you"
        r"|(most (read|popular)|trending( now)?)",
    ),
    ("reading time", r"read(ing)? time\s*:?\s*\d.{0,40}|\d{1,3} min(ute)?s? read"),
    ("star rating", r"average rating|rate this( (article|post|story))?"),
    (
        "disclaimer",
        r".{0,60}do(es)? not (always |necessarily )?(share|support|reflect|endorse)"
        r"( (and|or) (share|support|reflect|endorse))? the (views|opinions)"
        r"( (and|or) (views|opinions))? (expressed (here|in this|on this|by (the|its|our) "
        r"(authors?|writers?|contributors?))|of (this|our|its|the) (authors?|writers?|"
        r"contributors?|columnists?|paper|publication|publisher|editors?|(web)?site|blog)).{0,200}",
    ),
    ("page furniture", r"back to (the )?top( button)?|skip to (main )?content|toggle navigation"),
)
_STRONG_LINES = [
    (label, re.compile(rf"(?:{body})\s*[:.!*]*", re.IGNORECASE)) for label, body in _STRONG
]
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
    r"[\[(]\s*(?:editor['’]?s? note\b|note from the editor\b|ed\.? note\b|ed\.?:|ed\.\s*[–—])"
    r"(?:[^\[\]()]|[\[(][^\[\]()]{0,200}[\])]){0,2000}[\])]",
    re.IGNORECASE,
)
_MIN_ASIDE_WORDS = 4  # "(Reuters)" alone on a line is a credit, not a remark
_BRACKETS = {"(": ")", "[": "]"}


def find_marks(text: str) -> list[Mark]:
    """Find the clutter and asides of an article.

    Returns marks in order, never overlapping, each without surrounding white space.
    """
    lines = split_lines(text)
    labels = _label_lines(lines)
    marks = [
        Mark(line.start, line.end, "clutter", label)
        for line, label in zip(lines, labels, strict=True)
        if label
    ]
    marks += [
        Mark(line.start, line.end, "aside", "bracketed remark")
        for line, label in zip(lines, labels, strict=True)
        if label is None and _is_bracketed(line.text)
    ]
    marks.sort()
    return sorted([*marks, *_find_notes(text, marks)])


def _label_lines(lines: list[Line]) -> list[str | None]:
    labels = [_strong_label(line.text) for line in lines]
    _label_reactions(lines, labels)
    _label_weak(lines, labels)
    _label_tail(lines, labels)
    return labels


def _strong_label(line: str) -> str | None:
    if len(line) > _MAX_CLUTTER_LINE or _SPEECH.fullmatch(line):
        return None
    # A line may hold two notices one after the other.
    shown = line.strip("\"'“”‘’ ")
    return next((label for label, pattern in _STRONG_LINES if pattern.fullmatch(shown)), None)


def _label_reactions(lines: list[Line], labels: list[str | None]) -> None:
    """Label a reaction word (once or twice) and the percentage below it: a poll or star rating."""
    for at, line in enumerate(lines):
        if at and _PERCENT.fullmatch(line.text):
            names = [i for i in (at - 1, at - 2) if i >= 0 and _REACTION.fullmatch(lines[i].text)]
            if names and names[0] == at - 1:
                star = "star" in lines[at - 1].text.lower()
                for i in (at, *names):
                    labels[i] = "star rating" if star else "reader poll"


def _label_weak(lines: list[Line], labels: list[str | None]) -> None:
    strong = {at for at, label in enumerate(labels) if label}
    for at, line in enumerate(lines):
        near = not strong.isdisjoint(range(at - _NEIGHBOURS, at + _NEIGHBOURS + 1))
        if near and labels[at] is None and _WEAK.fullmatch(line.text):
            labels[at] = "page furniture"


def _label_tail(lines: list[Line], labels: list[str | None]) -> None:
    rest = total = sum(len(line.text) for line in lines)
    for at, label in enumerate(labels):
        if label == "comment form" and rest <= _MAX_TAIL_SHARE * total:
            labels[at:] = [found or "after the comment form" for found in labels[at:]]
            return
        rest -= len(lines[at].text)


def _find_notes(text: str, marks: list[Mark]) -> Iterator[Mark]:
    """Yield editors' notes within a line, except where one of the sorted marks stands already."""
    for match in _ASIDE_NOTE.finditer(text):
        after = bisect_left(marks, match.end(), key=lambda mark: mark.start)
        if not after or marks[after - 1].end <= match.start():
            yield Mark(match.start(), match.end(), "aside", "editor's note")


def _is_bracketed(line: str) -> bool:
    if not line or line[0] not in _BRACKETS or len(line.split()) < _MIN_ASIDE_WORDS:
        return False
    depth = 0
    for at, char in enumerate(line):
        depth += (char == line[0]) - (char == _BRACKETS[line[0]])
        if depth == 0:
            return at == len(line) - 1
    return False
