"""The country that the last label of a name stands for, as far as it stands for one (RFC 1591 section 2, RFC 5890)."""

from __future__ import annotations

from filterdns.unicode_names import parse_unicode_name

_OTHER = {"UK": "GB"}  # of all labels of two letters the one that is in use and is another code in ISO 3166-1
_IN_OTHER_SCRIPTS = {
    "AE": "امارات",
    "AM": "հայ",
    "BD": "বাংলা",
    "BG": "бг",
    "BH": "البحرين",
    "BY": "бел",
    "CN": "中国 中國",
    "DZ": "الجزائر",
    "EG": "مصر",
    "GE": "გე",
    "GR": "ελ",
    "HK": "香港",
    "IN": "भारत ভারত ਭਾਰਤ ભારત இந்தியா భారత్ بھارت",
    "IQ": "عراق",
    "IR": "ایران",
    "JO": "الاردن",
    "KR": "한국",
    "KZ": "қаз",
    "LA": "ລາວ",
    "LK": "ලංකා இலங்கை",
    "MA": "المغرب",
    "MK": "мкд",
    "MN": "мон",
    "MO": "澳門",
    "MR": "موريتانيا",
    "MY": "مليسيا",
    "OM": "عمان",
    "PK": "پاکستان",
    "PS": "فلسطين",
    "QA": "قطر",
    "RS": "срб",
    "RU": "рф",
    "SA": "السعودية",
    "SD": "سودان",
    "SG": "新加坡 சிங்கப்பூர்",
    "SY": "سورية",
    "TH": "ไทย",
    "TN": "تونس",
    "TW": "台灣 台湾",
    "UA": "укр",
}


def _by_end() -> dict[bytes, str]:
    """The country by the end of a wire name."""
    labels = ((code, label) for code, written in _IN_OTHER_SCRIPTS.items() for label in written.split())
    return {parse_unicode_name(f"x.{label}")[2:]: code for code, label in labels}


_BY_END = _by_end()


def country_of(wire: bytes) -> str:
    """Two capitals by the last label of a wire name; "" where that label stands for no country."""
    if wire[-4:-3] == b"\2":
        code = wire[-3:-1].decode("ascii", "replace").upper()
        return _OTHER.get(code, code) if code.isalpha() else ""
    at = wire.rfind(b"xn--")
    return _BY_END.get(wire[at - 1 :], "") if at > 0 else ""
