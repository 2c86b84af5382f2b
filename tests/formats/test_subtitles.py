"""Subtitles become running text: sentences over cues, paragraphs at pauses, turns of speakers."""

from __future__ import annotations

import pytest

from rag.documents.loading import load
from rag.errors import DocumentError
from rag.formats.extracted import Extracted
from rag.formats.speech.subtitles import read_subtitles, read_ttml


def parts(found: Extracted) -> list[tuple[str, str, str]]:
    return [(b.kind, b.label, found.text[b.start : b.end]) for b in found.blocks]


def srt(*cues: tuple[float, float, str]) -> Extracted:
    rows = (
        f"{at}\n{clock(a)} --> {clock(b)}\n{words}\n" for at, (a, b, words) in enumerate(cues, 1)
    )
    return read_subtitles("\n".join(rows).encode())


def vtt(*cues: tuple[float, float, str], head: str = "WEBVTT") -> Extracted:
    rows = (
        f"{clock(a)[:8]}.000 --> {clock(b)[:8]}.000 align:start\n{words}\n" for a, b, words in cues
    )
    return read_subtitles("\n".join([f"{head}\n", *rows]).encode())


def clock(seconds: float) -> str:
    whole = int(seconds)
    return f"00:{whole // 60:02}:{whole % 60:02},{round((seconds - whole) * 1000):03}"


def test_a_sentence_over_cues_is_one() -> None:
    """Cues are joined to sentences; times, numbers and tags are no words."""
    found = srt(
        (1, 3, "The <i>depot</i> will buy\nsix electric"),
        (3, 5, "{\\an8}vans &amp; 4"),
        (6, 7, "chargers. 5 < 6"),
        (11, 12, "They come in May."),
    )
    assert parts(found) == [
        ("text", "", "The depot will buy six electric vans & 4 chargers. 5 < 6 They come in May.")
    ]


def test_paragraphs_end_at_pauses_behind_sentences() -> None:
    """A pause ends a paragraph behind a sentence; within one only a long pause does."""
    found = srt((1, 2, "It is"), (6, 7, "blue."), (11, 12, "They come"), (30, 31, "in May."))
    assert [words for _, _, words in parts(found)] == ["It is blue.", "They come", "in May."]


def test_without_stops_every_pause_counts() -> None:
    """Captions without punctuation have paragraphs where there are pauses."""
    found = srt((1, 2, "it is blue"), (6, 7, "they come in may"))
    assert [words for _, _, words in parts(found)] == ["it is blue", "they come in may"]


def test_long_paragraphs_end_with_a_sentence() -> None:
    """Speech without pauses is cut behind sentences."""
    found = srt(*((at, at + 1, "It is the blue van that came.") for at in range(60)))
    assert len(found.blocks) > 2
    assert all(words.endswith("came.") for _, _, words in parts(found))


def test_numbers_that_are_words() -> None:
    """A number that is a cue's words is kept; the blank lines in a cue are none of its end."""
    raw = (
        b"1\n00:00:01,000 --> 00:00:02,000\n42\n\nvans.\n\n2\n00:00:02,000 --> 00:00:03,000\nYes.\n"
    )
    assert read_subtitles(raw).text == "42 vans. Yes."


@pytest.mark.parametrize(
    ("anna", "ben"),
    [
        ("ANNA: ", "BEN: "),
        (">> ANNA: ", ">> BEN: "),
        ("[ANNA]: ", "[BEN]: "),
        ("Anna Ruhl: ", "Ben: "),
        ("- ANNA: ", "- BEN: "),
    ],
)
def test_speakers_in_words(anna: str, ben: str) -> None:
    """Who is named before a colon speaks until another does; a repeated name stands once."""
    lines = [f"{anna}The vans", f"{anna}are here.", "All six.", f"{ben}Note: good.", f"{ben}Bye."]
    found = srt(*((at, at + 1, line) for at, line in enumerate(lines)))
    first, second = (name.strip("->[]: ") for name in (anna.replace("]:", ":"), ben))
    assert parts(found) == [
        ("turn", first, f"{first}: The vans are here. All six."),
        ("turn", second.replace("]", ""), f"{second.replace(']', '')}: Note: good. Bye."),
    ]


def test_voices() -> None:
    """The voices of WebVTT are the speakers, also of two in one cue."""
    found = vtt(
        (1, 2, "<v.loud Anna Ruhl>The vans <c.red>are</c> here.</v>"),
        (2, 3, "<v Anna Ruhl>All six.\n<v Ben>Good."),
    )
    assert parts(found) == [
        ("turn", "Anna Ruhl", "Anna Ruhl: The vans are here. All six."),
        ("turn", "Ben", "Ben: Good."),
    ]


def test_a_sentence_without_a_voice_is_nobodys() -> None:
    """Where markup names who speaks, what it names nobody for is not given to the last speaker."""
    lines = ("<v Anna>The vans", "are here.", "<v Ben>Good.", "All six?", "<v Anna>All.")
    assert parts(vtt(*((at, at + 1, line) for at, line in enumerate(lines)))) == [
        ("turn", "Anna", "Anna: The vans are here."),
        ("turn", "Ben", "Ben: Good."),
        ("text", "", "All six?"),
        ("turn", "Anna", "Anna: All."),
    ]


def test_cues_that_are_named_after_their_speaker() -> None:
    """Webex writes who speaks beside the number of a cue; other names of cues are no speakers."""
    rows = ((1, '"Anna Ruhl" (312)', "The vans"), (2, '"Anna Ruhl" (312)', "are here."))
    rows += ((3, '"Ben" (77)', "Good."), (4, '"scene" two', "Yes."))
    cues = (
        f"{at} {name}\n00:00:0{at}.000 --> 00:00:0{at}.900\n{words}" for at, name, words in rows
    )
    assert parts(read_subtitles("\n\n".join(["WEBVTT", *cues]).encode())) == [
        ("turn", "Anna Ruhl", "Anna Ruhl: The vans are here."),
        ("turn", "Ben", "Ben: Good."),
        ("text", "", "Yes."),
    ]


def test_dialogue_between_unnamed_people() -> None:
    """A line that begins with a dash or arrows is somebody else's."""
    assert [w for _, _, w in parts(srt((1, 2, "- All six?\n- Yes."), (2, 3, ">> Good.")))] == [
        "All six?",
        "Yes.",
        "Good.",
    ]


def test_a_colon_in_a_sentence_names_nobody() -> None:
    """What stands before a colon once, and not in capitals, is no name."""
    assert parts(srt((1, 2, "Remember: the lift"), (2, 3, "is closed.")))[0][0] == "text"


NAMED_CUES = ["Ann Ruhl: The van is sold.", "Bo Lund: Who says so?", "Ann Ruhl: The board."]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            NAMED_CUES,
            ["Ann Ruhl: The van is sold.", "Bo Lund: Who says so?", "Ann Ruhl: The board."],
        ),
        (
            ["Ann Ruhl: The van is sold.", "Bo Lund: Why?", "Cy (Holm): Rust."],
            ["Ann Ruhl: The van is sold.", "Bo Lund: Why?", "Cy (Holm): Rust."],
        ),
        (
            ["ada: The van", "ada: is sold.", "15550100: Who says: sold?"],
            ["ada: The van is sold.", "15550100: Who says: sold?"],
        ),
        (
            ["Ann Ruhl: The van is", "sold.", "Jan de Wit: Who says", "so?", "Ann Ruhl: We do."],
            ["Ann Ruhl: The van is sold.", "Jan de Wit: Who says so?", "Ann Ruhl: We do."],
        ),
        (
            [
                "ANN: Off to",
                "New Holm: a town.",
                "It rains.",
                "Bo Lund: Yes.",
                "Still.",
                "ANN: So.",
            ],
            ["ANN: Off to New Holm: a town. It rains.", "Bo Lund: Yes. Still.", "ANN: So."],
        ),
        ([">> Ann: It is sold.", "All.", ">> Bo: No.", "Not all.", ">> Ann: Yes.", "It is."], None),
    ],
)
def test_who_speaks_once_is_a_speaker(lines: list[str], said: list[str] | None) -> None:
    """Among named speakers one who is named once speaks for themselves, and no one else."""
    found = parts(srt(*((at, at + 1, line) for at, line in enumerate(lines))))
    said = said or ["Ann: It is sold. All.", "Bo: No. Not all.", "Ann: Yes. It is."]
    assert [words for _, _, words in found] == said
    assert [label for _, label, _ in found] == [words.partition(":")[0] for words in said]


def test_what_may_be_a_name_or_a_word_is_given_to_nobody() -> None:
    """A word alone before a colon is nobody's turn; one that the talk has as a word is a word."""
    lines = ["Ann: We note it.", "All.", "Bo: Why?", "More.", "Ann: Yes.", "Note: it is."]
    found = parts(srt(*((at, at + 1, line) for at, line in enumerate(lines))))
    assert found == [
        ("turn", "Ann", "Ann: We note it. All."),
        ("text", "", "Bo: Why? More."),
        ("turn", "Ann", "Ann: Yes. Note: it is."),
    ]


def test_notes_and_styles_are_no_words() -> None:
    """What WebVTT says to a program is left out; its header gives title and language."""
    head = "WEBVTT - Depot\nLanguage: de\n\nNOTE\nnot shown\n\nSTYLE\n::cue {}\n\nintro"
    found = vtt((1, 2, "Die Wagen sind da."), head=head.removesuffix("\n\nintro"))
    assert found.text == "Die Wagen sind da."
    assert found.metadata == {"title": "Depot", "language": "de"}


def test_captions_that_roll_up() -> None:
    """Words that automatic captions show again stand once."""
    raw = """WEBVTT
Kind: captions

00:00:00.160 --> 00:00:02.310 align:start
~
hello<00:00:00.480><c> everyone</c>

00:00:02.310 --> 00:00:02.320
hello everyone
~

00:00:02.320 --> 00:00:04.000
hello everyone
welcome<00:00:03.480><c> to</c>

00:00:04.000 --> 00:00:04.010
welcome to
~

00:00:04.010 --> 00:00:06.000
welcome to
the<00:00:05.480><c> depot</c>

00:00:06.000 --> 00:00:06.010
the depot
~

00:00:06.010 --> 00:00:08.000
the depot
of holm
"""
    assert (
        read_subtitles(raw.replace("~", " ").encode()).text
        == "hello everyone welcome to the depot of holm"
    )


def test_few_captions_that_roll_up() -> None:
    """A short film shows that its captions roll up when nearly all cues repeat words."""
    lines = ["we will buy", "we will buy", "we will buy\nsix vans", "six vans", "six vans\nin May"]
    assert srt(*((at, at + 1, line) for at, line in enumerate(lines))).text == (
        "we will buy six vans in May"
    )


def test_captions_that_grow() -> None:
    """Captions that grow word by word stand once."""
    words = "we will buy six electric vans".split()
    found = srt(*((at, at + 1, " ".join(words[: at + 1])) for at in range(len(words))))
    assert found.text == "we will buy six electric vans"


def test_what_is_said_twice_stands_twice() -> None:
    """Words that are really repeated are kept; the very same cue is not."""
    assert (
        srt((1, 2, "No."), (2, 3, "No."), (3, 4, "Never."), (3, 4, "Never.")).text
        == "No. No. Never."
    )


def test_sounds_are_clutter() -> None:
    """A sound does not cut a sentence in two, and is no word of it."""
    found = srt((1, 2, "We will buy"), (2, 3, "[applause]"), (3, 4, "six vans."))
    assert parts(found)[0][2] == "We will buy six vans."
    assert [found.text[m.start : m.end] for m in found.marks] == ["[applause]"]


def test_subviewer_and_chinese() -> None:
    """Times of SubViewer are read; Chinese lines are joined without a space."""
    assert read_subtitles(b"0:00:01.000,0:00:02.000\nSix vans.\n").text == "Six vans."
    assert srt((1, 2, "我们买了"), (2, 3, "六辆车。")).text == "我们买了六辆车。"


def test_timed_text() -> None:
    """Timed Text gives lines, speakers, title and language."""
    raw = b"""<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"
    xmlns:ttm="http://www.w3.org/ns/ttml#metadata"><head><metadata><ttm:title>Depot</ttm:title>
    <ttm:agent xml:id="a"><ttm:name>Anna</ttm:name></ttm:agent></metadata></head><body><div>
    <p begin="1s" end="2s" ttm:agent="a">The vans<br/>are</p>
    <p begin="00:00:02.000" dur="1s" ttm:agent="a">all <span>here</span>.</p>
    <p begin="00:00:03:12">Good.</p></div></body></tt>"""
    found = read_ttml(raw)
    assert parts(found) == [("turn", "Anna", "Anna: The vans are all here."), ("text", "", "Good.")]
    assert found.metadata == {"title": "Depot", "language": "en"}
    for entity in (b'"aa"', b'SYSTEM "file:///etc/passwd"'):  # none is expanded, or fetched
        begins = (
            b"<!DOCTYPE tt [<!ENTITY a " + entity + b'>]><tt><body><div><p begin="1s" end="2s">'
        )
        assert load(begins + b"Vans &a;.</p></div></body></tt>", "a.ttml").text == "Vans &a;."


@pytest.mark.parametrize("raw", [b"Just words.", b"WEBVTT\n\nNOTE x", b"1\n\n2\n"])
def test_a_file_without_cues(raw: bytes) -> None:
    """A file without times is an error."""
    with pytest.raises(DocumentError, match="no subtitles"):
        load(raw, "a.srt")


def test_hostile_subtitles_end() -> None:
    """Long lines, many tags and many cues take no time."""
    for words in ("<" * 100_000, "<v " * 50_000, "a: " * 50_000, ">>" * 100_000, "{\\" * 100_000):
        assert srt((1, 2, words), (2, 3, "So be it.")).text.endswith("So be it.")
    many = srt(*((at, at + 1, f"Van {at} is here.") for at in range(3_000)))
    assert many.text.count(" is here.") == 3_000
