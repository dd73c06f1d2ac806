"""The country that the end of a name stands for."""

from __future__ import annotations

import pytest

from filterdns.lists.countries import country_of
from filterdns.unicode_names import parse_unicode_name


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("a.de", "DE"),
        ("a.co.uk", "GB"),
        ("xn--p1ai.fr", "FR"),
        ("кино.рф", "RU"),
        ("xn--p1ai", "RU"),
        ("例.中国", "CN"),
        ("மனை.இலங்கை", "LK"),
        ("a.com", ""),
        ("de.example", ""),
        ("xn--bcher-kva.example", ""),
        ("x.xn--p1ai.example", ""),
        ("a.1a", ""),
        (".", ""),
    ],
)
def test_country_is_the_one_of_the_last_label(name: str, country: str) -> None:
    assert country_of(parse_unicode_name(name)) == country
