"""The hand-made lists, rules and weights that decide about meaning, each with what is off of it."""

from __future__ import annotations

from evals.ablate import Row
from evals.neutral import (
    by_reader,
    empty,
    first_given,
    gives,
    never,
    value_of,
    without_key,
    without_kind,
    without_rule,
)

_CHECK, _READ, _RANK = "rag.checking", "rag.retrieval", "rag.retrieval.rank"
_ASK, _COMPARE = "rag.answering", "rag.comparing"
_ANY = "any"


def _rule(name: str, decides: str, *owns: str, works_in: str = "English") -> Row:
    """Return the row of one rule of the check of sentences."""
    target = f"{_CHECK}.rules:_RULES"
    title = name.strip("_").replace("_", " ")
    return Row(
        f"check, {title}",
        target,
        without_rule(name),
        decides,
        (name, *owns),
        works_in,
        True,
    )


ROWS = (
    # The check of a sentence against its source.
    Row(
        "opposites",
        f"{_CHECK}.polarity:ANTONYMS",
        empty,
        "which words exclude each other",
        ("_PAIRS", "_table", "Opposition"),
    ),
    Row("denials", f"{_CHECK}.polarity:NEGATION_CUES", never, "what a text denies"),
    Row("possibilities", f"{_CHECK}.polarity:HEDGE_CUES", never, "what a text holds possible"),
    Row(
        "negative words",
        f"{_CHECK}.polarity:NEGATIVE_TERMS",
        empty,
        "which words deny in themselves",
    ),
    Row("ends of clauses", f"{_CHECK}.polarity:CLAUSE_END", never, "how far a denial reaches"),
    Row("limits", f"{_CHECK}.limits:limits", gives(()), "few or most, at least or at most"),
    Row("not all", f"{_CHECK}.limits:say_not_all", gives(False), "that not all means some"),
    _rule("_swapped_number", "whether a number stands where the source has another"),
    _rule("_other_unit", "whether a number is of another unit", works_in="English"),
    _rule(
        "_missing_date",
        "whether the source has a day or month",
    ),
    _rule(
        "_missing_name",
        "whether the source has a name",
        works_in=_ANY,
    ),
    _rule("_distant_name", "whether a name stands near its words", works_in=_ANY),
    _rule("_other_denial", "whether the source denies it"),
    _rule("_antonym", "whether the source says the opposite"),
    _rule("_other_limit", "whether the source sets another limit"),
    _rule("_lost_possibility", "whether the source holds it merely possible"),
    _rule("_lost_attribution", "whether the source reports it as a claim"),
    _rule("_mostly_other_words", "whether the source has few of the words", works_in=_ANY),
    _rule("_partly_other_words", "whether the source has most of the words", works_in=_ANY),
    Row("canonical terms", f"{_CHECK}.statement:_CANONICAL", empty, "which terms are one"),
    Row("units", f"{_CHECK}.statement:MEASURES", empty, "which words are units"),
    Row("no names", f"{_CHECK}.statement:NO_NAMES", empty, "which capitals begin no name"),
    Row("the US", f"{_CHECK}.statement:_COUNTRY", never, "that two words are one"),
    Row(
        "counts", f"{_CHECK}.statement:SentencePair.counts", gives(False), "what is merely counted"
    ),
    Row("shares", f"{_CHECK}.statement:SentencePair.is_share", gives(False), "half of 60 is 30"),
    Row(
        "rounded",
        f"{_CHECK}.statement:SentencePair.is_rounded",
        gives(False),
        "over half of 57 percent",
    ),
    Row(
        "loose counts",
        f"{_CHECK}.statement:SentencePair.is_loose_count",
        gives(False),
        "twice, told one by one",
    ),
    Row(
        "similar meaning",
        f"{_CHECK}.support:_SAME_MEANING",
        value_of(2.0),
        "same by the cosine",
        (),
        _ANY,
    ),
    Row(
        "little shared",
        f"{_CHECK}.support:_LITTLE",
        value_of(-1.0),
        "surer where little is shared",
        (),
        _ANY,
    ),
    # Claims.
    Row("claim, times", f"{_CHECK}.evidence:_other_time", gives(None), "of another time", (), _ANY),
    Row(
        "claim, added clause",
        f"{_CHECK}.evidence:_added_clause",
        gives(None),
        "what a claim adds",
        ("_ADDED_WORDS",),
    ),
    Row(
        "claim, a clause supported",
        f"{_CHECK}.evidence:_supports_a_clause",
        gives(False),
        "which part is supported",
        ("_CLAUSE_WORDS",),
    ),
    Row(
        "claim, other name",
        f"{_CHECK}.evidence:_differs_in_name_only",
        gives(False),
        "that only a name differs",
        ("_SAME_BUT_NAME",),
        _ANY,
    ),
    Row(
        "claim, rival number",
        f"{_CHECK}.paraphrase.rivals:has_rival_number",
        gives(True),
        "that the source has another number",
        (),
        _ANY,
    ),
    Row(
        "claim, opposite held",
        f"{_CHECK}.evidence:_has_antonym",
        gives(False),
        "that an opposite is about the same",
    ),
    Row(
        "claim, same stem",
        f"{_CHECK}.evidence:_is_there",
        gives(True),
        "which close spellings are",
        ("_STEM",),
        _ANY,
    ),
    Row(
        "claim, other form",
        f"{_CHECK}.evidence:_OTHER_FORM",
        value_of(1.0),
        "what another form counts",
        (),
        _ANY,
    ),
    Row(
        "claim, plainly said",
        f"{_CHECK}.judgement:_is_plain",
        gives(False),
        "what is said nearly word for word",
        ("_MOST_WORDS",),
        _ANY,
    ),
    Row(
        "claim, exact rival",
        f"{_CHECK}.judgement:_has_rival",
        gives(False),
        "that an exact difference contradicts",
        (),
        _ANY,
    ),
    # What a question asks for.
    Row(
        "kinds of answers",
        f"{_READ}.question:wanted_kind",
        gives(None),
        "what is asked for",
        ("_KINDS", "_PEOPLE", "_kind", "Kind", "held_kind"),
    ),
    *(
        Row(
            f"kind, {name}",
            f"{_READ}.question:_KINDS",
            without_kind(name),
            f"asks for {name}",
            part=True,
        )
        for name in (
            "age",
            "date",
            "duration",
            "money",
            "number",
            "reason",
            "person",
            "statement",
            "yes-no",
        )
    ),
    Row("counted unit", f"{_READ}.question:_COUNTED", never, "what how many counts"),
    Row(
        "frames",
        f"{_READ}.question:_without_frames",
        first_given,
        "words that speak of the sources",
        ("_SOURCES", "_OPENERS", "_FRAMES"),
    ),
    Row(
        "orders",
        f"{_READ}.question:_without_orders",
        first_given,
        "what orders the answerer",
        ("_ORDERS", "_ORDER"),
    ),
    Row("newest", f"{_READ}.question:_NEWEST", never, "whether how things are now is asked"),
    Row("until, since", f"{_READ}.question:_UNTIL_OR_SINCE", never, "times without an end"),
    Row("open kinds", f"{_READ}.question:_OPEN_KINDS", empty, "kinds with several sides"),
    Row(
        "members of a list",
        f"{_READ}.question:_SEVERAL",
        never,
        "whether all are asked for",
        (),
        "English, German, French, Spanish",
    ),
    Row(
        "outlets named",
        f"{_READ}.question:outlets_named",
        gives(()),
        "whose words are asked for",
        ("_BEFORE_SOURCE", "_AFTER_SOURCE", "_names", "_places"),
    ),
    Row(
        "divisions",
        f"{_READ}.question:_division",
        gives(None),
        "clause 3.1",
        ("_DIVISION",),
        "English, German, French, Spanish",
    ),
    Row(
        "parts",
        f"{_READ}.parts:_split",
        lambda _: lambda text: iter([text]),
        "two questions in one",
        (
            "_JOINT",
            "_LISTED",
            "_behind",
            "_BARE",
            "_ALONE",
            "_FIRST_WORDS",
            "_THING",
            "_IT",
            "_ITS",
        ),
    ),
    Row("parts, listed", f"{_READ}.parts:_LISTED", never, "questions behind commas"),
    Row(
        "parts, of two times",
        f"{_READ}.parts:_of_two_times",
        gives([]),
        "two times asked about",
        ("_TWO_TIMES",),
    ),
    Row(
        "parts, compared",
        f"{_READ}.parts:_compared",
        gives([]),
        "what is compared",
        ("_COMPARED", "_SHARED", "_OWNER", "_OWNED", "_THAT_OF"),
    ),
    Row(
        "parts, of two",
        f"{_READ}.parts:_of_two",
        gives([]),
        "two asked about together",
        ("_TWO", "_NAMED", "_SPEAKING", "_EACH_WORDS"),
    ),
    Row(
        "inflections",
        f"{_READ}.concepts:inflections",
        gives(()),
        "other forms of a word",
        (),
        "several",
    ),
    Row(
        "spellings",
        f"{_READ}.lookup:_as_spelled_in",
        lambda _: lambda found: found.question,
        "names spelled otherwise",
        (),
        _ANY,
    ),
    # How sentences are ranked and quoted.
    *(
        Row(
            f"rank, {name}", f"{_RANK}:{weight}", value_of(0.0), f"{name} counts", works_in=works_in
        )
        for name, weight, works_in in (
            ("kind", "WANTED_BONUS", "English"),
            ("time", "TIME_BONUS", "English"),
            ("passage", "_PASSAGE_WEIGHT", _ANY),
            ("cosine", "_COSINE_WEIGHT", _ANY),
            ("words", "_COVERAGE_WEIGHT", _ANY),
            ("reader", "READING_WEIGHT", "English"),
            ("context before", "_JUST_BEFORE", _ANY),
            ("context fading", "_FADING", _ANY),
            ("context around", "_AROUND", _ANY),
        )
    ),
    Row(
        "rank, newest first",
        f"{_RANK}:_with_the_newest_first",
        first_given,
        "the newest first",
        (),
        _ANY,
    ),
    Row("times", f"{_READ}.question:times_meant", gives(()), "what time is asked about"),
    Row(
        "leaning",
        f"{_READ}.quoting:_LEANING",
        never,
        "which sentence needs the one before",
        ("_LINKS", "_POINTERS", "_KNOWN", "_STANDING"),
    ),
    Row("leaning, standing", f"{_READ}.quoting:_STANDING", never, "which leans on nothing"),
    Row("open speech", f"{_READ}.quoting:_OPEN_SPEECH", never, "speech that goes on"),
    Row("credits", f"{_READ}.quoting:CREDIT", never, "which line credits a picture"),
    Row(
        "share of an article",
        f"{_READ}.search:_ARTICLE_SHARE",
        value_of(1.0),
        "how many are of one",
        (),
        _ANY,
    ),
    Row(
        "copies",
        f"{_READ}.search:fold_copies",
        lambda _: list,
        "which passages are copies",
        (),
        _ANY,
    ),
    # Whether to answer, and by what.
    Row(
        "regression, answering",
        f"{_ASK}.decide:decide",
        by_reader,
        "whether to answer",
        ("_lacks_required",),
    ),
    Row("strict kinds", f"{_ASK}.decide:_lacks_required", gives(False), "what no answer may lack"),
    Row(
        "other side",
        f"{_ASK}.decide:_is_side",
        gives(False),
        "which other views are quoted",
        ("_OTHER_SIDE",),
    ),
    Row(
        "said already",
        f"{_ASK}.decide:_says_the_same",
        gives(False),
        "what was said already",
        ("_SAME_COSINE", "_SAME_WORDS"),
        _ANY,
    ),
    Row(
        "short answers",
        f"{_ASK}.extractive:_short_answer",
        gives(None),
        "the words that answer",
        ("_VALUES", "_BREAK", "_JOINS", "_clauses", "_MIN_NAMED"),
    ),
    Row("summaries", f"{_ASK}.answer:summarize", gives(None), "what asks for a summary"),
    # Where sources differ.
    *(
        Row(
            f"differences, {name}",
            f"{_COMPARE}.values:VALUE_READERS",
            without_key(key),
            f"where sources differ in a {name}",
            owns,
            part=True,
        )
        for name, key, owns in (
            ("doer", "person", ("_read_actors", "_BY")),
            ("yes or no", "yes-no", ("_read_stances", "_stance", "_is_hedged", "_is_by_another")),
        )
    ),
    Row(
        "verbs alike",
        f"{_COMPARE}.matching:_FAMILIES",
        empty,
        "which verbs say the same",
        ("_VERB_FAMILIES", "_families"),
    ),
)
