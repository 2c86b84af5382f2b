"""Recognise a sentence that says what the documents do not hold, in whatever words.

Such a sentence can cite nothing: alone it means that there is no answer, and beside sentences
that cite something it says which part of the question they leave open. Each language has its own
table; a sentence in English that no phrasing fits is put to the entailment model.
"""

from __future__ import annotations

import re

from rag.models.entailment import Entailment
from rag.text.names import NAME_INSIDE
from rag.text.terms import analyze
from rag.text.words.languages import is_english

# What is spoken of: that which the LLM was given. A document of a name is none of it, for "the
# report does not say" may well be what an article says of a report.
_GIVEN = (
    r"(?:(?:the|these|those|this|any|any of the|all|my|your|our|either|none of the|no)\s+)?"
    r"(?:(?:provided|given|available|supplied|numbered|cited|retrieved|attached|present|current|"
    r"above|quoted|two|three|other)\s+)*"
    r"(?:evidence|documents?|articles?|sources?|texts?|context|passages?|excerpts?|materials?|"
    r"information|files?|snippets?|extracts?|citations?|collection|corpus|records?)"
    r"(?:\s+(?:provided|given|available|supplied|above|here|i (?:have|was given)))?"
)
_TOLD = (
    r"(?:say|state|mention|answer|contain|provide|specify|include|address|give|indicate|"
    r"tell|cover|offer|discuss|disclose|reveal|identify|name|explain|describe|report|list|"
    r"detail|clarify|confirm|support|allow|make clear|refer|have|hold|show|establish|speak)"
)
_TOLD_PAST = (
    r"(?:said|stated|mentioned|answered|contained|provided|specified|included|addressed|given|"
    r"indicated|covered|offered|discussed|disclosed|revealed|identified|named|explained|"
    r"described|"
    r"reported|listed|detailed|clarified|confirmed|found|determined|known|clear|available|"
    r"present|in|part of|supported)"
)
_NOT = r"(?:do(?:es)?(?:\s+not|n[’']t)|did(?:\s+not|n[’']t)|cannot|can(?:\s+not|[’']t)|fails? to)"
_SOMETHING = (
    r"(?:information|evidence|details?|mention|answer|data|indication|statement|basis|"
    r"passage|reference|documents?|sources?|figures?|facts?|record)"
)
_ADVERB = r"(?:\s+(?:\w+ly|also|even|itself|themselves|however|therefore|further))*"
_IN_GIVEN = rf"(?:\b(?:in|by|from|among|within|on the basis of|based on)\s+{_GIVEN})"
_I = r"\b(?:i|we)\b"

_ENGLISH = (
    rf"(?:^|^\W*(?:unfortunately|sorry|however|but|and|still|yet)\W+|"
    rf"^[^.,]{{1,60}},\s+){_GIVEN}{_ADVERB}\s+"
    rf"(?:{_NOT}{_ADVERB}\s+{_TOLD}\b|(?:is|are|was|were)(?:\s+not|n[’']t)\s+(?:enough|"
    rf"sufficient|clear)"
    rf"|(?:is|are)\s+(?:insufficient|silent|unclear)|(?:has|have|contains?|provides?|gives?|"
    rf"offers?|"
    rf"includes?|makes?|says?|hold)\s+(?:no|nothing|neither|insufficient|too little)\b"
    rf"|never\s+{_TOLD}|lacks?\b|says? nothing)",
    rf"^(?:\W*\w+\W+){{0,3}}(?:none|neither|nothing|no part)\s+(?:of|in|"
    rf"among)\s+{_GIVEN}{_ADVERB}\s+"
    rf"(?:{_TOLD}s?|answers?|says?|states?|addresses|discusses|contains|speaks?|suggests?|"
    rf"{_TOLD_PAST})\b",
    rf"^(?:\W*\w+\W+){{0,3}}no\s+(?:{_SOMETHING}|{_GIVEN})\b.{{0,60}}\b(?:{_TOLD}s?|"
    rf"{_TOLD_PAST}|answers?|exists?)\b"
    rf"(?=.{{0,80}}(?:evidence|documents?|articles?|sources?|texts?|context|question|passages?|"
    rf"provided|this|that))",
    rf"\bthere\s+(?:is|are|was|isn[’']t|aren[’']t)\s+(?:no|not|nothing|insufficient|"
    rf"any)\b.{{0,100}}{_IN_GIVEN}",
    rf"\bthere\s+(?:is|are)\s+(?:no|not enough|insufficient|not any)\s+{_SOMETHING}\b",
    rf"{_I}\s+(?:am|was|[’']m|were)?\s*(?:cannot|can(?:\s+not|[’']t)|could(?:\s+not|n[’']t)|"
    rf"(?:do|did)(?:\s+not|n[’']t)|not able to|unable to|am unable to)\s+"
    r"(?:\w+ly\s+)?(?:find|answer|determine|tell|say|provide|see|locate|know|have|give|confirm|"
    r"identify|"
    r"be determined)\b",
    r"[’']m\s+(?:sorry|unable|afraid|not able)\b.{0,60}\b(?:answer|find|provide|determine|"
    r"question|evidence|documents?|information|say|tell)\b",
    rf"\b(?:is|are|was|were|has|have)(?:\s+not|"
    rf"n[’']t)(?:\s+been)?{_ADVERB}\s+{_TOLD_PAST}\b.{{0,40}}{_IN_GIVEN}",
    r"\b(?:cannot|can(?:\s+not|[’']t)|could(?:\s+not|n[’']t))\s+be\s+(?:\w+ly\s+)?"
    r"(?:answered|determined|found|established|told|inferred|known|confirmed|said|derived|"
    r"identified)\b",
    rf"\b(?:not|nowhere|never|un)\s*(?:mentioned|stated|specified|answered|addressed|given|"
    rf"found|said|"
    rf"provided|discussed|included|covered|available|known)\b.{{0,30}}{_IN_GIVEN}",
    r"^\W*(?:not (?:mentioned|stated|specified|answered|given|found|provided|known|available|"
    r"in the)|"
    r"unknown|no (?:answer|information|evidence|data|mention)|n/a|i don[’']t know|unanswerable|"
    r"insufficient (?:evidence|information)|(?:it|this|that) is (?:not (?:known|clear|stated|"
    r"mentioned|specified|said|given)|unclear|unknown)(?= from| in| based|\W*$))",
    rf"\bnothing\b.{{0,50}}{_IN_GIVEN}",
    rf"{_GIVEN}\s+(?:is|are)\s+(?:about|on|limited to|only about)\b.{{0,80}}\b(?:not|"
    rf"rather than)\b",
    r"\b(?:missing|absent)\s+from\s+" + _GIVEN,
    rf"^\W*(?:no|neither)\s+(?:document|article|source|passage|text|"
    rf"excerpt)s?\s+(?:here\s+)?{_TOLD}s\b",
    rf"^(?:\W*\w+\W+){{1,6}}(?:is|are|was|were)(?:\s+not|n[’']t)\s+{_IN_GIVEN}",
    r"\b(?:not|im)\s*possible to (?:say|tell|answer|determine|know)\b(?=\W*$|.{0,40}\b(?:from|"
    r"based|on the)\b)",
    rf"^\W*{_GIVEN}\s+leaves?\b.{{0,40}}\bopen\b",
    rf"\b(?:outside|beyond)\s+(?:of\s+)?(?:what|the scope of)\s+(?:{_GIVEN}|is)\b",
)
# One table of phrasings a language: what was given, a denial, and a word for saying or answering.
_OTHERS = {
    "de": (
        r"(?:dokument|artikel|quelle|text|unterlagen|beleg|kontext|informationen|angaben|"
        r"auszüge)\w*\b.{0,60}"
        r"\b(?:nicht|keine?\w*|nichts)\b.{0,80}",
        r"\b(?:keine?|nichts)\b.{0,60}\b(?:dokument|artikel|quelle|text|unterlagen|beleg|"
        r"kontext)\w*",
        r"\b(?:kann|konnte|lässt sich)\b.{0,60}\bnicht\b.{0,40}\b(?:beantwort|sagen|bestimm|"
        r"finden|gefunden|feststell)",
        r"\bnicht\b.{0,20}\b(?:angegeben|genannt|erwähnt|bekannt|enthalten|hervor|"
        r"beantwortet)\b.{0,60}",
        r"\bich weiß (?:es )?nicht\b",
    ),
    "fr": (
        r"(?:documents?|articles?|sources?|textes?|extraits?|contexte|informations?|preuves?|"
        r"éléments)\b.{0,60}"
        r"\bn(?:e |[’'])\w+.{0,20}\b(?:pas|aucune?|rien|ni)\b",
        r"\baucune?\b.{0,80}\b(?:documents?|articles?|sources?|textes?|extraits?|information|"
        r"réponse)\b",
        r"\bje ne (?:peux|sais|trouve|dispose)\b.{0,30}\bpas\b",
        r"\bn[’']est pas\b.{0,30}\b(?:mentionn|précis|indiqu|connu|dit|donn)",
    ),
    "es": (
        r"(?:documentos?|artículos?|fuentes?|textos?|contexto|evidencias?|información|"
        r"fragmentos?)\b.{0,60}"
        r"\bno\b\s+(?:\w+\s+){0,2}(?:responde|dice|menciona|contiene|indica|especifica|"
        r"proporciona|incluye|"
        r"ofrece|da|aclara|es suficiente|permite|hay)\w*",
        r"\bno\s+(?:hay|existe|se (?:menciona|indica|especifica|dice|proporciona)|puedo|"
        r"encuentro|sé|tengo|"
        r"dispongo|es posible (?:responder|determinar|saber))",
        r"\bning[uú]n[ao]?\b.{0,40}\b(?:documentos?|artículos?|fuentes?|textos?)\b",
    ),
    "it": (
        r"(?:document[oi]|articol[oi]|font[ei]|test[oi]|contesto|prove|informazioni|"
        r"estratt[oi])\b.{0,60}\bnon\b",
        r"\bnon\s+(?:è (?:specificat|indicat|menzionat|not|possibile)|sono|posso|trovo|so|"
        r"ci sono|c[’']è|viene|"
        r"si (?:dice|menziona|specifica))",
        r"\bnessun[ao]?\b.{0,40}\b(?:document|articol|font|test|informazion)",
    ),
    "pt": (
        r"(?:documentos?|artigos?|fontes?|textos?|contexto|evidências?|informaç\w+|"
        r"trechos?)\b.{0,60}\bnão\b",
        r"\bnão\s+(?:há|existe|é (?:mencionad|indicad|especificad|possível|informad)|consigo|"
        r"posso|sei|"
        r"encontr\w+|foi|tenho)",
        r"\bnenhum[a]?\b.{0,40}\b(?:documento|artigo|fonte|texto|informaç)",
    ),
    "nl": (
        r"(?:document|artikel|bron|tekst|context|informatie|bewijs|"
        r"fragment)\w*\b.{0,60}\b(?:niet|geen|niets)\b",
        r"\b(?:geen|niets)\b.{0,60}\b(?:document|artikel|bron|tekst|informatie|antwoord)\w*",
        r"\bik\b.{0,20}\b(?:kan|weet|vind)\b.{0,40}\bniet\b",
        r"\bniet\b.{0,20}\b(?:vermeld|genoemd|bekend|gegeven|aangegeven)\b",
    ),
    "pl": (
        r"(?:dokument|artykuł|źródł|tekst|kontekst|informacj|fragment)\w*\b.{0,60}\bnie\b",
        r"\bnie\s+(?:ma|mogę|wiem|znalaz\w+|podano|wspomniano|wiadomo|można|zawiera\w*|"
        r"odpowiada\w*)",
        r"\b(?:brak|żad\w+)\b.{0,40}\b(?:informacji|odpowiedzi|danych|dokument|artykuł|źród)",
    ),
    "ru": (
        r"(?:документ|стать|источник|текст|контекст|информац|материал|отрыв)\w*.{0,60}\bне\b",
        r"\bнет\b.{0,40}(?:информац|ответ|данных|сведени|упомин)",
        r"\bя не (?:могу|знаю|наш[её]л|вижу)",
        r"\bне (?:указан|упомян|сказан|известн|сообща|удалось|содерж)\w*",
    ),
    "zh": (
        r"(?:文章|文件|文档|文檔|资料|資料|证据|證據|来源|來源|文本|材料|上下文|信息|資訊).{0,20}(?:没有|沒有|未|无法|無法|并未|並未|不足|不能)",
        r"(?:没有|沒有|未|无|無).{0,10}(?:提到|提及|说明|說明|回答|提供|包含|指出|相关信息|相關資訊)",
        r"(?:无法|無法|不能).{0,10}(?:回答|确定|確定|得知|判断|判斷)",
    ),
    "ja": (
        r"(?:記事|文書|資料|文章|証拠|情報|出典|文脈|ドキュメント).{0,40}(?:ない|ません|ありません|おらず|不明)",
        r"(?:わかりません|分かりません|不明です|答えられません|回答できません|見つかりません|記載されていません|述べられていません)",
    ),
    "ar": (
        r"(?:الوثائق|المستندات|المقالات|المصادر|النص|النصوص|الأدلة|المعلومات|السياق|الوثيقة|"
        r"المقالة?).{0,40}\b(?:لا|لم|ليس|ليست)\b",
        r"\b(?:لا|لم)\s+(?:تذكر|يذكر|تجيب|يجيب|تحتوي|يحتوي|توجد|يوجد|يُذكر|تقدم|أستطيع|أعرف|"
        r"يمكن|يمكنني)",
    ),
}  # fmt: skip
_NAME = re.compile(NAME_INSIDE)
_PHRASINGS = re.compile("|".join(_ENGLISH), re.IGNORECASE)
# Compiled for the first sentence that wants it: it would take a twentieth of the start.
_FOREIGN = "|".join(each for table in _OTHERS.values() for each in table)
# What the model is asked about a sentence in other words, and from which probability it says so.
_MEANING = "The documents do not say this."
_SURE = 0.9
_MAY_MEAN = re.compile(
    r"\b(?:not?|none|nothing|never|unable|impossible|lack\w*|miss\w*|absen\w*|unclear|unknown|"
    r"insufficient|silent|without|beyond|outside|sorry|unanswer\w*|un(?:specified|stated|"
    r"mentioned)|"
    r"leaves? (?:it )?open|left open)\b|n[’']t\b",
    re.IGNORECASE,
)
_SPEAKS_OF_GIVEN = re.compile(
    r"\b(?:evidence|documents?|articles?|sources?|texts?|context|passages?|excerpts?|material|"
    r"information|files?|given|provided|question|answer)\b",
    re.IGNORECASE,
)
# "The documents do not name the builder, but it cost 3 million": what follows is a claim.
_TURN = re.compile(
    r";\s*(?:but|however|although|though|only that|yet|while)?\s*(?=\S)"
    r"|(?:[,—–]|\s-)\s*(?:but|however|although|though|only that|yet|while)\s+(?=\S)",
    re.IGNORECASE,
)

# "The documents do not name the builder and the mayor stole the funds": a subject and its verb
# behind "and" assert something, while "and the date of the opening" names what is missing too.
_OWN = r"(?:the|an?|his|her|its|their|this|that|these|those)"
_BE = r"(?:is|are|was|were|has|have|had|will|would|can|could|did|does|must|may)"
_NO_VERB = r"(?:of|in|on|at|to|by|for|from|with|and|or|nor|as|than|about|between|under|over|into)"
_AND = re.compile(
    rf",?\s+and\s+(?=(?:{_OWN}\s+(?:[\w’'-]+\s+){{1,2}}(?:{_BE}\b|(?!{_NO_VERB}\b)\w+\s+{_OWN}\b)"
    rf"|(?:he|she|it|they|there)\s+(?!{_NO_VERB}\b)\w+))",
    re.IGNORECASE,
)
# Behind such a word "and …" may go on with what is not said: "do not say whether it opened and …".
_OPEN = re.compile(
    r"\b(?:whether|if|that|who|whom|whose|what|when|where|why|how|which)\b", re.IGNORECASE
)


def says_not_held(sentence: str, model: Entailment | None = None) -> bool:
    """Return whether a sentence says that the documents do not answer, all or a part.

    Args:
        sentence: one sentence, without citation marks.
        model: asked about a sentence in English that speaks of what was given in a phrasing of
            its own; None for the table alone.
    """
    plain = " ".join(sentence.split())
    if _PHRASINGS.search(plain):
        return True
    if not is_english(plain):
        return re.search(_FOREIGN, plain, re.IGNORECASE) is not None
    if model is None or not (_MAY_MEAN.search(plain) and _SPEAKS_OF_GIVEN.search(plain)):
        return False
    (judged,) = model.judge([(plain, _MEANING)])
    return judged.supported >= _SURE


def brings_in(sentence: str, known: str) -> bool:
    """Return whether a sentence has a number or, in English, a name that is not known before it.

    "The documents do not name the builder and Mayor Finn was jailed in 1999" says more than what
    they do not hold, and is to be checked as any other sentence.

    Args:
        sentence: one sentence, without citation marks.
        known: the question and the names of the sources, in which such words may stand.
    """
    words = {term.term for term in analyze(known)}
    names = _NAME.finditer(sentence) if is_english(sentence) else ()
    named = {term.term for name in names for term in analyze(name[0])}
    numbers = {term.term for term in analyze(sentence) if term.term[0].isdigit()}
    return bool((named | numbers) - words)


def claim_beside(sentence: str) -> str | None:
    """Return what a sentence claims besides saying what the documents do not hold, if anything."""
    parts = _TURN.split(sentence, maxsplit=1)
    if len(parts) == 2:
        for gap, claim in (parts, parts[::-1]):
            if says_not_held(gap) and not says_not_held(claim):
                return claim[0].upper() + claim[1:]
    for found in _AND.finditer(sentence):
        gap, claim = sentence[: found.start()], sentence[found.end() :]
        asserts = not _OPEN.search(gap) and not says_not_held(claim)
        if asserts and says_not_held(gap):
            return claim[0].upper() + claim[1:]
    return None
