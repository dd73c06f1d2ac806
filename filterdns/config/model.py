"""The keys of the configuration file. What a key means is said where an operator looks: in `deploy/README.md`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, ValidationInfo

from filterdns.config.faults import Misfit, did_you_mean, shown
from filterdns.config.fields import (
    DNS_PORT,
    parse_address,
    parse_domain,
    parse_ip,
    parse_link,
    parse_network,
    parse_server_address,
    parse_timezone,
    parse_vkey,
    text_of,
)
from filterdns.config.limits import Limits
from filterdns.config.records import parse_owner, parse_records, parse_zone
from filterdns.config.settings import KINDS, Action, Address, Answer, Role
from filterdns.config.times import parse_days, parse_minutes

_PROFILE = re.compile(r"[a-z][a-z0-9-]{0,31}\Z")  # a label of metrics and a word of the command line
_MAILBOX = re.compile(
    r"(?=.{3,254}\Z)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]+\Z"
)  # no line ends: it is a header
MAIL_PORT = 25
MOST_PROFILES = 64
MOST_WORKERS = 64


@dataclass(frozen=True, slots=True)
class Known:
    """The words that this file may use, from the category table and from the file itself."""

    categories: frozenset[str]
    templates: frozenset[str]
    profiles: frozenset[str]  # declared in the file


def _word(kind: str, value: Any, words: Any) -> str:
    if not isinstance(value, str) or value not in words:
        remedy = did_you_mean(value, words) if isinstance(value, str) else ""
        raise Misfit(kind, shown(value), remedy)
    return value


def _category(value: str, info: ValidationInfo) -> str:
    return _word("a category", value, info.context.categories)  # type: ignore[union-attr]


def _template(value: Any, info: ValidationInfo) -> str:
    return _word("a template", value, info.context.templates)  # type: ignore[union-attr]


def _profile(value: Any, info: ValidationInfo) -> str:
    known: Known = info.context  # type: ignore[assignment]
    return _word("a profile of this file or a template", value, known.profiles | known.templates)


def _profile_id(value: str) -> str:
    if not _PROFILE.match(value):
        raise Misfit("a profile's name of at most 32 small letters, digits and -", shown(value))
    return value


def _action(value: Any) -> Action:
    return Action(_word("an action", value, [action.value for action in Action]))


def _role(value: Any) -> Role:
    return Role(_word("a role", value, [role.value for role in Role]))


def _kind(value: Any) -> str:
    return _word("a kind of decision", value, KINDS)


def _answer(value: Any) -> Answer:
    value = "null" if value is None else value  # YAML's word for nothing is the name of one of the answers
    return Answer(_word("a kind of answer", value, [answer.value for answer in Answer]))


def _times(value: Any) -> list[str]:
    times = value if isinstance(value, list) else [value]
    for time in times:
        if not isinstance(time, str):
            raise Misfit("a time such as 15:00-18:00, or a list of them", shown(time))
        parse_minutes(time)
    return times


def _days(value: str) -> str:
    parse_days(value)
    return value


def _dns(value: Any) -> Address:
    return parse_address(value, DNS_PORT, "192.168.1.2:53 or [2001:db8::1]:53")


def _service(value: Any) -> Address | None:
    """An address of pages or metrics; `off` for none."""
    return None if value == "off" else parse_address(value, None, "127.0.0.1:8053 (or off)")


def _mail_server(value: Any) -> Address:
    return parse_address(value, MAIL_PORT, "127.0.0.1:25 or [::1]:587")


def _mailbox(value: Any) -> str:
    expected = "one address such as desk@lists.example.org"
    text = text_of(value, expected)
    if not _MAILBOX.match(text):
        raise Misfit(expected, shown(text))
    return text


def _workers(value: Any) -> int | str:
    if value == "auto" or (isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_WORKERS):
        return value  # type: ignore[no-any-return]
    raise Misfit(f"auto or a number from 1 to {MOST_WORKERS}", shown(value))


def _page_address(value: Any) -> str:
    expected = "an address such as 192.168.1.2, without a port"
    return str(parse_ip(text_of(value, expected), expected))


def _readable(parse: Callable[[Any], Any]) -> Callable[[str], str]:
    """A key that `parse` can read; it stays text, so that two keys of one meaning can be told apart."""

    def check(value: str) -> str:
        parse(value)
        return value

    return check


def _server(value: Any) -> Any:
    return value if isinstance(value, dict) else {"address": value}


class Strict(BaseModel):
    """A mapping of the file: no unknown key, no silent conversion."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Server(Strict):
    """A resolver that we forward to: its address alone, or with what is to be believed of it."""

    address: Annotated[Address, PlainValidator(parse_server_address)]
    trusted_ad: bool = False


Domain = Annotated[bytes, PlainValidator(parse_domain)]
Servers = Annotated[list[Annotated[Server, BeforeValidator(_server)]], Field(min_length=1, max_length=16)]
Service = Annotated[Address | None, PlainValidator(_service)]
Network = Annotated[str, PlainValidator(parse_network)]
ProfileId = Annotated[str, AfterValidator(_profile_id)]
ProfileName = Annotated[str, PlainValidator(_profile)]
NetworkKey = Annotated[str, AfterValidator(_readable(parse_network))]
Records = Annotated[list[tuple[int, bytes, int]], PlainValidator(parse_records)]


class Profile(Strict):
    """A template and what the household changes in it."""

    template: Annotated[str, PlainValidator(_template)] = ""
    categories: dict[Annotated[str, AfterValidator(_category)], Annotated[Action, PlainValidator(_action)]] = {}
    times: dict[Annotated[str, AfterValidator(_days)], Annotated[list[str], PlainValidator(_times)]] = {}
    allow: list[Domain] = []
    deny: list[Domain] = []
    answer: Annotated[Answer, PlainValidator(_answer)] = Answer.NXDOMAIN
    canaries: bool = True


class Lists(Strict):
    """How the lists are kept."""

    update: bool = True


class Publisher(Strict):
    """Whose decisions are taken, and for what it is trusted."""

    url: Annotated[str, PlainValidator(parse_link)]
    vkey: Annotated[str, PlainValidator(parse_vkey)]
    categories: list[Annotated[str, AfterValidator(_category)]] = []
    kinds: Annotated[list[Annotated[str, PlainValidator(_kind)]], Field(min_length=1)] = sorted(KINDS)


class Mail(Strict):
    """Who carries answers."""

    server: Annotated[Address, PlainValidator(_mail_server)]
    sender: Annotated[str, PlainValidator(_mailbox)]
    tls: bool = False


class Desk(Strict):
    """Where a publisher answers appeals."""

    database: str = ""
    worktree: str = ""
    contact: str = ""
    mail: Mail | None = None


class File(Strict):
    """The whole file. A key that is left out keeps the default of `Settings`."""

    dns: Annotated[list[Annotated[Address, PlainValidator(_dns)]], Field(min_length=1, max_length=64)] = []
    pages: Service = None
    metrics: Service = None
    public_url: Annotated[str, PlainValidator(parse_link)] = ""
    page_addresses: list[Annotated[str, PlainValidator(_page_address)]] = []
    workers: Annotated[int | str, PlainValidator(_workers)] = 1
    timezone: Annotated[str, PlainValidator(parse_timezone)] = ""
    upstreams: Servers = []
    forwarded_zones: dict[Annotated[str, AfterValidator(_readable(parse_zone))], Servers] = {}
    own_records: dict[Annotated[str, AfterValidator(_readable(parse_owner))], Records] = {}
    rebinding_exceptions: list[Domain] = []
    allowed_networks: list[Network] = []
    open_resolver: bool = False
    school: bool = False
    profiles: Annotated[dict[ProfileId, Profile], Field(max_length=MOST_PROFILES)] = {}
    default_profile: ProfileName = ""
    clients: dict[NetworkKey, ProfileName] = {}
    lists: Lists = Lists()
    role: Annotated[Role, PlainValidator(_role)] = Role.HOME
    publisher: Publisher | None = None
    desk: Desk = Desk()
    require_log: bool = False
    log_policy_file: str = ""
    restricted_names_file: str = ""
    limits: Limits = Limits()
