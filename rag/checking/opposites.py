"""Words that say the opposite of one another."""

from __future__ import annotations

from typing import NamedTuple

from rag.documents.terms import analyze

# One pair of groups a line; a word of the left group and one of the right exclude each other
# where they are said of the same thing.
_PAIRS = """
praise praised applaud welcomed hail : condemn denounce criticise criticize reject rebuke
accept approve : reject refuse decline
agree : disagree
survive survived alive : kill died death dead die slain martyrdom
increase rise rose grow grew climb soar : decrease fall fell drop shrink decline sink
support back favour favor endorse : oppose resist
begin start launch open : end stop cease close finish
allow permit : ban forbid prohibit prevent
arrive enter : leave left depart departure withdraw
stay remain : leave left depart departure withdraw withdrawn withdrawal exit
stay : end
easy : difficult hard
eager keen willing : hesitant reluctant unwilling
necessary needed need : unnecessary needless
rich wealthy : poor
strong : weak
often frequently usually : rarely seldom hardly
true : false untrue
guilty : innocent
peaceful : violent
cheap : expensive dear
young : old
new : old
possible : impossible
better best improve : worse worst worsen
optimism : pessimism
arrest detain : free release
borrow : lend
import : export
attack : defend
destroy demolish : rebuild restore build
win won victory : lose lost defeat
succeed success : fail failure
likely probable : unlikely improbable
strengthen : weaken
confirm : deny denied
admit : deny denied
before : after
more : less fewer
above over : below under
larger bigger greater broader higher longer : smaller lesser narrower lower shorter
early earlier : late later
first : last
north northern : south southern
east eastern : west western
public publicly openly : secret secretly private privately
legal lawful : illegal unlawful
hire hired employ : dismiss dismissed fire fired sack
buy bought purchase : sell sold
gain : lose lost
optimistic : pessimistic
friend ally allied : enemy foe
safe : dangerous unsafe
continue resume : stop halt suspend end cease
include : exclude
keep retain preserve : abandon drop discard relinquish renounce
join : quit leave left
release released reveal disclose : withhold conceal hide
temporary temporarily : permanent permanently
partial partially partly : full fully complete completely total
""".strip().splitlines()


def _terms(words: str) -> frozenset[str]:
    return frozenset(term.term for term in analyze(words))


class Opposition(NamedTuple):
    """Terms that say the same as a term, roughly, and those that say the opposite."""

    alike: frozenset[str]
    opposite: frozenset[str]


def _table() -> dict[str, Opposition]:
    table: dict[str, Opposition] = {}
    for pair in _PAIRS:
        left, right = (_terms(side) for side in pair.split(" : "))
        for side, other in ((left, right), (right, left)):
            for term in side:
                alike, opposite = table.get(term, Opposition(frozenset(), frozenset()))
                table[term] = Opposition(alike | side, opposite | other)
    return table


OPPOSITES = _table()
