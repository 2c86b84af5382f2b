"""Nouns that mean documents, and words that date them, as patterns in lower case."""

from __future__ import annotations

# What means the documents at hand.
SURE = r"documents?|files?|articles?|texts?|docs?|pdfs?"
# What more often means something that a text tells of.
UNSURE = (
    r"reports?|notes?|papers?|memos?|letters?|minutes|stor(?:y|ies)|pieces?|posts?|e-?mails?"
    r"|messages?|contracts?|invoices?|spreadsheets?|presentations?|transcripts?"
)
DOCUMENT_NOUN = rf"(?:{SURE}|{UNSURE})"
# What means a document only where one calls itself so.
OTHER_NOUN = (
    r"columns?|essays?|editorials?|interviews?|blogs?|reposts?|bulletins?|newsletters?"
    r"|press releases?|releases?|circulars?|guides?|manuals?|leaflets?|brochures?|stud(?:y|ies)"
    r"|analys[ei]s|reviews?|statements?|agreements?|leases?|forms?|slides?|tables?|books?"
    r"|polic(?:y|ies)|plans?|rules|statutes?|protocols?|summar(?:y|ies)"
)
# What says that a date is the document's, in the large languages; compared in lower case.
PUBLISHED = (
    "published|posted|publication date|date of publication|release date|released|issued"
    "|(?:for )?immediate release"
    "|decided|delivered|handed down|pronounced|entered|recorded|interviewed|date of (?:judgment"
    "|decision|meeting|interview|hearing|recording)|(?:meeting|interview|report|document) date"
    "|sitzungsdatum"
    "|verkündet|ergangen|rendue?|prononcée?|date de (?:la réunion|l['’]audience)|日時|開催日時"
    "|開催日|会议时间|會議時間|회의일시|일시"
    "|date of issue|issue date|berichtsdatum|ausstellungsdatum|date d['’]émission|fecha de emisión"
    "|data di emissione|data de emissão"
    r"|(?<!\w )(?:dated?|(?:first )?(?:broadcast|aired))|written|created|sent|filed|published on"
    "|posted on"
    "|veröffentlicht|erschienen|publiziert|gesendet|erstellt|datum|stand|veröffentlichungsdatum"
    "|publiée?|parue?|mise? en ligne|envoyée?|date de publication|diffusée?|publicad[oa]|fecha"
    "|fecha de publicación|enviado|emitido|data|data de publicação|pubblicat[oa]"
    "|data di pubblicazione|inviato|gepubliceerd|geplaatst|publicatiedatum|publicerad"
    "|publiceringsdatum|opublikowano|data publikacji|опубликовано|дата|дата публикации"
    "|опубліковано|дата публікації|yayın tarihi|yayınlanma tarihi|tarih|diterbitkan|tanggal"
    "|ngày đăng|ngày|نشر|تاريخ النشر|تاريخ|التاريخ|بتاريخ|نُشر|تاریخ|تاریخ انتشار|प्रकाशित|दिनांक"
    "|तारीख|প্রকাশিত|তারিখ|发布日期|发布时间|发布|发表|发表于|发布于|日期|时间|發布日期|發布時間|發佈日期|公開日|公開|掲載日|投稿日|日付|作成日|発行日"
    "|게시일|작성일|날짜|등록일|입력|발행일"
)
UPDATED = (
    "updated|last updated|last modified|modified|revised|last revised|aktualisiert"
    "|zuletzt aktualisiert|letzte aktualisierung|geändert|zuletzt geändert|mise? à jour"
    "|dernière mise à jour|modifiée?|actualizado|última actualización|aggiornato"
    "|ultimo aggiornamento|atualizado|última atualização|bijgewerkt|laatst bijgewerkt|uppdaterad"
    "|zaktualizowano|обновлено|оновлено|güncelleme"
    "|diperbarui|تحديث|آخر تحديث|更新日期|更新时间|更新|更新日"
    "|最終更新|최종수정|수정일"
)
# What is of the day on which it is given out, whatever stands behind that.
ISSUED = (
    r"(?:(?:press|media|news)\s+(?:release|statement|notice)|press(?:emitteilung|einformation"
    r"|eaussendung)|medienmitteilung|communiqué(?:\s+de\s+presse)?|(?:nota|comunicado)\s+de\s+prensa"
    r"|comunicado\s+(?:à|de)\s+imprensa|comunicato(?:\s+stampa)?|persbericht|pressmeddelande"
    r"|pressemelding|pressemeddelelse|komunikat\s+prasowy|пресс-релиз|siaran\s+pers|basın\s+bülteni)"
    r"(?:\s+n\w{0,2}[.º°]?)?(?:\s+\S*\d\S*)?"
)
