"""The control words of Rich Text Format, as far as they tell what a person sees."""

from __future__ import annotations

import codecs
import re

RTF_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}]+)",
    re.DOTALL,
)
RTF_AS_DEFAULT = 25  # what a box of a form says where nobody has touched it
# Code pages by the number that a font gives its set of characters; 2 is a font of pictures.
RTF_CHARSETS = {77: "mac-roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "cp936"}
RTF_CHARSETS |= {136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255"}
RTF_CHARSETS |= {178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250"}
RTF_CHARSETS |= {0: "cp1252", 254: "cp437", 255: "cp850"}
RTF_PICTURES = 2
RTF_SIGNS = {
    **{"tab": "\t", "line": "\n", "lbr": "\n", "emdash": "—", "endash": "–", "bullet": "•"},
    **{"lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "emspace": " "},
    **{"enspace": " ", "qmspace": " ", "zwj": "\u200d", "zwnj": "\u200c", "column": "\n"},
}
RTF_SYMBOLS = {"~": "\xa0", "_": "-", "\\": "\\", "{": "{", "}": "}", "\t": "\t"}
# Groups that hold no words of the document.
RTF_SKIPPED = frozenset(
    "colortbl info listtable listoverridetable fldinst objdata objclass shpinst sp do upr "
    "nonshppict shprslt nonesttables xe tc rxe txe ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn "
    "pntxta pntxtb revtbl rsidtbl generator filetbl private bkmkstart bkmkend datafield "
    "background template passwordhash userprops themedata colorschememapping "
    "latentstyles datastore xmlnstbl atnid atnauthor atntime atnref atndate".split()
)
RTF_MARGINS = {f"header{side}": "head of pages" for side in ("", "l", "r", "f")}
RTF_MARGINS |= {f"footer{side}": "foot of pages" for side in ("", "l", "r", "f")}
RTF_LIST_TEXTS = ("listtext", "pntext")  # what a list puts in front of a paragraph
RTF_BOXES = ("shptxt", "dptxbxtext")  # text boxes of new and old files
# Groups whose words and numbers are for another end than the text.
RTF_COLLECTING = frozenset(
    (*RTF_LIST_TEXTS, "fonttbl", "stylesheet", "title", "author", "formfield", "pict")
)
RTF_GROUPS = (
    RTF_COLLECTING
    | RTF_SKIPPED
    | {*RTF_MARGINS, *RTF_BOXES, "footnote", "ud", "nesttableprops", "annotation"}
)
RTF_NOTE_FORMATS = {"ar": "decimal", "rlc": "lowerRoman", "ruc": "upperRoman", "alc": "lowerLetter"}
RTF_NOTE_FORMATS |= {"auc": "upperLetter", "chi": "chicago"}
# Words that switch a mark of the words behind them on, or with 0 off.
RTF_TOGGLES = {"b": "bold", "strike": "struck", "striked": "struck", "v": "hidden"}
RTF_TOGGLES |= {"deleted": "gone", "mvf": "gone", "revised": "changed", "mvt": "changed"}
RTF_RISES = {"super": 1, "sub": -1, "up": 1, "dn": -1, "nosupersub": 0}
RTF_PAGES = {"mac": "mac-roman", "pc": "cp437", "pca": "cp850"}
# How notes are numbered, as "ftnnrlc".
RTF_NOTE_WORDS = {
    f"{short}nn{name}": (kind, written)
    for short, kind in (("ftn", "footnote"), ("aftn", "endnote"))
    for name, written in RTF_NOTE_FORMATS.items()
}


def known_page(name: str) -> str:
    """Return the name of a code page, or of Windows' usual one where Python has none of it."""
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"
