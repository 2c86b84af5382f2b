"""How amounts of money are marked: the signs, codes (ISO 4217) and names of currencies."""

from __future__ import annotations

CURRENCY_SIGN = "[$¢-¥֏؋৲৳௹฿៛\u20a0-\u20c0﷼＄￠￡￥￦]"
_CODES = (
    "AED|AFN|ALL|AMD|AOA|ARS|AUD|AWG|AZN|BAM|BBD|BDT|BGN|BHD|BIF|BMD|BND|BOB|BRL|BSD|BTN|BWP|BYN|BZD"
    "|CAD|CDF|CHF|CLP|CNY|COP|CRC|CUP|CVE|CZK|DJF|DKK|DOP|DZD|EGP|ERN|ETB|EUR|FJD|FKP|GBP|GEL|GHS|GIP"
    "|GMD|GNF|GTQ|GYD|HKD|HNL|HTG|HUF|IDR|ILS|INR|IQD|IRR|ISK|JMD|JOD|JPY|KES|KGS|KHR|KMF|KPW|KRW|KWD"
    "|KYD|KZT|LAK|LBP|LKR|LRD|LSL|LYD|MAD|MDL|MGA|MKD|MMK|MNT|MOP|MRU|MUR|MVR|MWK|MXN|MYR|MZN|NAD|NGN"
    "|NIO|NOK|NPR|NZD|OMR|PAB|PEN|PGK|PHP|PKR|PLN|PYG|QAR|RON|RSD|RUB|RWF|SAR|SBD|SCR|SDG|SEK|SGD|SHP"
    "|SLE|SOS|SRD|SSP|STN|SYP|SZL|THB|TJS|TMT|TND|TOP|TRY|TTD|TWD|TZS|UAH|UGX|USD|UYU|UZS|VES|VND|VUV"
    "|WST|XAF|XCD|XOF|XPF|YER|ZAR|ZMW|ZWG"
)
# A code stands in capitals, or in small letters at the end of a name: "cost_eur".
CURRENCY_CODE = rf"(?:(?<![^\W_])(?-i:{_CODES})|_(?:{_CODES}))(?![^\W_])"
_NAMES = (
    "afghanis?|ariary|baht|birr|bol[ií]vares|bolivianos?|cedis?|c[oó]rdobas?|dalasis?|dinars?|dirhams?"
    "|dollars?|drams?|escudos?|euros?|florins?|forints?|francs?|guaran[ií]s?|guilders?|hryvnias?"
    "|korun[ay]?|kronas?|kroner?|kronor|kr[oó]nur|kunas?|kwachas?|kwanzas?|kyats?|laris?|lempiras?"
    "|liras?|manats?|meticais|nairas?|ngultrums?|pence|pennies|pesetas?|pesos?|pounds?|quetzales|reais"
    "|renminbi|rials?|ringgits?|riyals?|roubles?|rubles?|rupees?|rupiahs?|shekels?|shillings?|soles"
    "|takas?|tenge|yen|yuan|z[lł]ot(?:ys?|ies|ych)"
)
_ALSO_OTHER_WORDS = "cents?|crowns?|dong|kips?|le[iv]|leva|marks?|pula|rand|real|som|sums?|won"
# "40 rupees", "Fares (rupees): 40", and what is money only behind a number: "5,000 won".
CURRENCY_NAME = (
    rf"(?<![^\W_])(?:{_NAMES})(?![^\W_])"
    rf"|\d\W*(?:(?:thousand|million|billion|m|bn|k)\W+)?(?:{_ALSO_OTHER_WORDS})(?![^\W_])"
)
