"""What people type or paste, to a name: addresses of pages, mail addresses, capitals, spaces, letters of any script."""

from __future__ import annotations

import ipaddress
import re
from enum import Enum
from urllib.parse import unquote

from filterdns.errors import NameFault
from filterdns.names import label_offsets, name_text
from filterdns.unicode_names import parse_unicode_name, to_unicode

MOST_CHARACTERS = 2_048  # a pasted address of a page; names themselves have at most 255 octets
MOST_WORDS = 3  # that may have been meant as the parts of a name; more are a sentence

_SCHEME = re.compile(r"\A[a-z][a-z0-9+.-]*:/{0,2}", re.IGNORECASE)
_BROKEN_SCHEME = re.compile(
    r"\A(?:(?:https?|ftp)(?:[:;.]?/{1,3}|[:;])|[hpts]{3,7}(?:[:;]/{0,3}(?![0-9])|[:;.]?/{2,3}))", re.IGNORECASE
)  # http:/name, http//name, htp:/name, hhtps;//name; but not a host "ttt" with a port or a path
_PORT = re.compile(r":[0-9]{0,5}\Z")
_END = re.compile(r"[/?#]|\\(?![0-9]{3})")  # of the host; a backslash before digits is an escape of our own addresses
_BEGIN = re.compile(r"\A(?:/|\\(?![0-9]{3}))+")
_AROUND = " \t\r\n\"'`<>()[]{}«»“”‘’„"  # what comes along when an address is copied out of a text
_OTHER_DOTS = str.maketrans({"。": ".", "．": ".", "｡": ".", "\u00ad": None, "\u200b": None, "\ufeff": None})


class Problem(Enum):
    """Why a text is not the name of a site."""

    EMPTY = "empty"
    TOO_LONG = "too long"
    ADDRESS = "an address"
    SPACES = "spaces"
    NOT_A_NAME = "not a name"


class TypedFault(NameFault):
    """A text that is not the name of a site. `proposal` is a name that may be meant, or empty."""

    def __init__(self, problem: Problem, proposal: str = "") -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.proposal = proposal


def read_typed(text: str) -> bytes:
    """The canonical name in what somebody typed or pasted. Raises TypedFault."""
    if len(text) > MOST_CHARACTERS:
        raise TypedFault(Problem.TOO_LONG)
    host = host_of(text)
    if not host:
        raise TypedFault(Problem.EMPTY)
    if is_address(host):
        raise TypedFault(Problem.ADDRESS)
    if re.search(r"[\s,]", host):
        raise TypedFault(Problem.SPACES, _proposal(host))
    try:
        qname = parse_unicode_name(host)
    except NameFault as error:
        raise TypedFault(Problem.NOT_A_NAME, _proposal(host)) from error
    if not label_offsets(qname):
        raise TypedFault(Problem.EMPTY)
    return qname


def host_of(text: str) -> str:
    """The part of an address of a page, of a mail address or of a bare name that names the host; it may be empty."""
    host = text.translate(_OTHER_DOTS).strip(_AROUND)
    if match := _BROKEN_SCHEME.match(host) or ("://" in host and _SCHEME.match(host)):
        host = host[match.end() :]
    host = _END.split(_BEGIN.sub("", host), maxsplit=1)[0].rpartition("@")[2]
    if "%" in host:
        host = unquote(host)
    if not is_address(host):
        host = _PORT.sub("", host)
    return host.lstrip(_AROUND).rstrip(_AROUND + ".")


def is_address(host: str) -> bool:
    """Whether this is an IPv4 or IPv6 address, the latter with or without brackets."""
    try:
        ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return False
    return True


def shown_name(qname: bytes) -> str:
    """A name as people write it, in letters of its own script where that is possible."""
    return to_unicode(name_text(qname))


def _proposal(host: str) -> str:
    """The name that is left when spaces go and commas become dots; empty if that is none either.

    Where no dot is then left, the spaces were the dots. Nothing is compared with names that are listed: a typing error
    is mended by its own letters alone, so that no list can be read by misspelling.
    """
    whole = re.sub(r"[,;:]", ".", re.sub(r"\s+", "", host))
    words = host.split()
    dotted = whole if "." in whole or len(words) > MOST_WORDS else ".".join(words)
    guess = re.sub(r"[^\w.-]", "", re.sub(r"\.{2,}", ".", dotted)).strip(".-")
    try:
        return shown_name(parse_unicode_name(guess)) if "." in guess else ""
    except NameFault:
        return ""
