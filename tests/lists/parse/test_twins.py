"""The short way and the long way give the same, and no octets make a parser fail or give what is no name."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filterdns.lists.formats import FORMATS
from filterdns.lists.parse.detect import detect
from filterdns.lists.parse.found import Found
from filterdns.lists.parse.name import is_plain_name
from filterdns.lists.parse.walk import Walk
from tests.lists.parse.reading import read

PLAIN = [
    "{}",
    "{}",
    "{}",
    "0.0.0.0 {}",
    "*.{}",
    "||{}^",
    "local=/{}/",
    'local-zone: "{}" static',
    "{} CNAME .",
    "*.{} CNAME .",
]
ODD = [
    *(
        "",
        " ",
        "# {}",
        "! {}",
        "; {}",
        "// {}",
        "#",
        "[Adblock Plus]",
        "{} # why",
        "{}\t// why",
        "{} ; why",
        "  {}",
        "{}  ",
        "{}.",
    ),
    *(
        "127.0.0.1\t{}",
        "0.0.0.0  {}",
        "0.0.0.0 {} {}",
        "192.0.2.1 {}",
        "127.0.0.1 localhost.localdomain",
        "0.0.0.0 de",
        ":: {}",
    ),
    *(
        "192.0.2.1",
        "192.0.2.0/24",
        "de",
        "-{}",
        "{}-",
        "a..{}",
        "{}:80",
        "{}/x",
        "https://{}/",
        "x" * 70 + ".{}",
        "ü.{}",
        "\u200b{}",
    ),
    *(
        ".{}",
        "*{}",
        "*.*.{}",
        "**",
        "||{}",
        "|{}^",
        "@@||{}^",
        "||{}^$important",
        "||{}^$dnstype=A",
        "/x.*/",
        "{}##.ad",
        "||{}^! why",
    ),
    *(
        "@@||{}^$badfilter",
        "||{}^$badfilter",
        "server=/{}/#",
        "server=/{}/192.0.2.1",
        "address=/{}/::",
        "local=/{}/{}/ # why",
    ),
    *(
        'local-zone: "{}" transparent',
        'local-data: "{} A 0.0.0.0"',
        'local-data: "{} A 192.0.2.1"',
        'local-zone: "{}." static',
        "server:",
        "view:",
    ),
    *(
        " CNAME .",
        "{} CNAME *.",
        "{}\t60 IN CNAME .",
        "{} CNAME rpz-passthru.",
        "*.{} CNAME rpz-passthru.",
        "{} A 192.0.2.1",
        "$TTL 60",
    ),
    *(
        "$ORIGIN rpz.example.",
        "{}.rpz.example. CNAME .",
        "@ SOA a. b. ( 1 2",
        " 3 4 5 )",
        "{} CNAME ( ; x",
        "24.0.2.0.192.rpz-ip CNAME .",
        ")",
    ),
    *(
        "{}\0",
        "{}\x1b",
        "x" * 1_100,
        "{} # " + "x" * 1_100,
        "{}\x0b",
        "\x0c{}",
        "{0}\r{0}",
        "_.{}",
        "{}_",
        "a.b_c",
        "x.1a",
        "A{}A",
    ),
]
NAMES = [
    "a.example",
    "b.example",
    "B.Example",
    "www.a.example",
    "c-d.e_f.xn--p1ai",
    "1.2.3.example",
    "x" * 63 + ".example",
]


def read_long(form: str, text: str | bytes) -> Found:
    """Read as `read` does, every line by itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Walk, "_take", Walk._take_lines)
        return read(form, text)


def told(found: Found) -> dict[str, object]:
    """What a list says, whatever way it was read: a name with all below it may stand there alone besides."""
    return {
        "unsaid": Counter(found.unsaid),
        "subdomains": set(found.subdomains),
        "exact": set(found.exact) - set(found.subdomains),
        "open_exact": set(found.open_exact) - set(found.open_subdomains),
        "open_subdomains": set(found.open_subdomains),
        "rejected": sorted((line.line, line.text, line.expected) for line in found.rejected),
    }


def written(lines: list[tuple[str, str]]) -> str:
    return "\n".join(line.replace("{}", "{0}").format(name) for line, name in lines)


def lists_of(plain: str) -> st.SearchStrategy[str]:
    """Lists in which most lines are alike."""
    line = st.sampled_from([plain] * len(ODD) * 4 + ODD + PLAIN)
    return st.lists(st.tuples(line, st.sampled_from(NAMES)), max_size=30).map(written)


LIST = st.sampled_from([*PLAIN, "{0} CNAME .\n*.{0} CNAME ."]).flatmap(lists_of)


@pytest.mark.parametrize("form", FORMATS)
@given(text=LIST)
@settings(max_examples=150)
def test_short_way_gives_what_the_long_way_gives(form: str, text: str) -> None:
    assert told(read(form, text)) == told(read_long(form, text))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("plain", [*PLAIN[2:], "{0} CNAME .\n*.{0} CNAME ."])
def test_ways_are_the_same_in_long_lists_of_lines_alike(form: str, plain: str) -> None:
    chance = random.Random(f"{form} {plain}")
    lines = []
    for number in range(1_200):
        name = f"name-{number}.{chance.choice(NAMES)}"
        lines.append((plain, name))
        if chance.random() < 0.01:
            lines.append((chance.choice(ODD), name))
    text = written(lines)
    assert told(read(form, text)) == told(read_long(form, text))


@pytest.mark.parametrize("form", FORMATS)
@given(
    octets=st.binary(max_size=200)
    | LIST.map(str.encode)
    | st.lists(
        st.sampled_from(
            [
                b"a.example",
                b"\n",
                b"||",
                b"^",
                b"*.",
                b" CNAME .",
                b"\\",
                b"(",
                b'"',
                b"/",
                b"$",
                b"=",
                b"\xff",
                b"\xc3\xbc",
                b" ",
            ]
        ),
        max_size=30,
    ).map(b"".join)
)
@settings(max_examples=100)
def test_any_octets_give_canonical_names_or_rejections_with_their_line(form: str, octets: bytes) -> None:
    found = read(form, octets)
    for name in (*found.unsaid, *found.exact, *found.subdomains, *found.open_exact, *found.open_subdomains):
        assert is_plain_name(name)
    lines = octets.count(b"\n") + octets.count(b"\r") + 1
    for line in found.rejected:
        assert 1 <= line.line <= lines
        assert line.expected
        assert line.text.isprintable()
    assert detect(octets) in {*FORMATS, "html", ""}
