from collections.abc import Callable
from pathlib import Path

import pytest

from filterdns.config.loader import load
from filterdns.config.settings import (
    KINDS,
    Action,
    Address,
    Answer,
    ClientNetwork,
    DeskSettings,
    ForwardedZone,
    MailSettings,
    OwnRecord,
    PublisherSettings,
    Role,
    Settings,
    UpstreamServer,
)
from filterdns.errors import DataFault
from filterdns.lists.categories_file import CategoryTable
from filterdns.names import parse_name

VKEY = "log.example.org/list+e183b02a+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"

Read = Callable[[str], Settings]


def profile(settings: Settings, id_: str) -> object:
    return next(profile for profile in settings.profiles if profile.id == id_)


def test_without_a_file_everybody_has_the_rules_of_a_whole_home(table: CategoryTable) -> None:
    settings = load(None, table)
    assert settings.default_profile == "whole-home"
    (home,) = settings.profiles
    assert home.actions["adult"] is Action.FILTER
    assert home.actions["malware"] is Action.FILTER
    assert home.actions["bypass_encdns"] is Action.CANARY
    assert home.canaries
    for overuse in ("social", "messaging", "games", "video"):
        assert overuse not in home.actions
    assert all(address.host in ("127.0.0.1", "::1") for address in settings.dns)
    assert settings.upstreams == ()


def test_whole_home_filters_the_content_that_the_youngest_child_is_kept_from(table: CategoryTable) -> None:
    (home,) = load(None, table).profiles
    for row in table.categories:
        if row.klass.value in ("security", "content"):
            assert home.actions.get(row.id, Action.ALLOW) == (
                Action.FILTER if row.defaults["age8-12"] == "B" else Action.ALLOW
            ), row.id


def test_an_empty_file_is_the_embedded_default(settings_of: Read, table: CategoryTable) -> None:
    assert settings_of("# nothing yet\n") == load(None, table)


def test_a_household_changes_a_template(settings_of: Read) -> None:
    settings = settings_of(
        """
        timezone: Asia/Bangkok
        profiles:
          kids:
            template: age8-12
            categories: {social: allow, gambling: filter, games: time}
            times:
              mon-fri: 15:00-18:00
              sat,sun: [09:00-12:00, 14:00-24:00]
            allow: [Example.ORG]
            deny: [casino.example]
            answer: null
            canaries: false
        default_profile: kids
        """
    )
    (kids,) = settings.profiles
    assert "social" not in kids.actions
    assert kids.actions["games"] is Action.TIME
    assert kids.actions["adult"] is Action.FILTER
    assert [(sorted(w.days), w.begin_minute, w.end_minute) for w in kids.windows] == [
        ([0, 1, 2, 3, 4], 900, 1080),
        ([5, 6], 540, 720),
        ([5, 6], 840, 1440),
    ]
    assert kids.timezone == "Asia/Bangkok"
    assert kids.allow == (parse_name("example.org"),)
    assert kids.deny == (parse_name("casino.example"),)
    assert kids.answer is Answer.NULL
    assert not kids.canaries


def test_clients_may_name_a_template_directly(settings_of: Read) -> None:
    settings = settings_of(
        """
        clients:
          10.1.0.0/20: age13-15
          10.1.3.7: adult
          fd00:1::/48: age13-15
        default_profile: guest
        """
    )
    assert settings.clients == (
        ClientNetwork("10.1.0.0/20", "age13-15"),
        ClientNetwork("10.1.3.7/32", "adult"),
        ClientNetwork("fd00:1::/48", "age13-15"),
    )
    assert {profile.id for profile in settings.profiles} == {"guest", "age13-15", "adult"}


def test_a_template_may_be_changed_under_its_own_name(settings_of: Read) -> None:
    settings = settings_of("profiles: {adult: {deny: [example.com]}}\ndefault_profile: adult")
    assert [(p.id, p.deny) for p in settings.profiles] == [("adult", (parse_name("example.com"),))]


def test_addresses_upstreams_zones_and_records(settings_of: Read) -> None:
    settings = settings_of(
        """
        dns: [192.168.1.2, "[fd00::2]:5353", "::1"]
        pages: 192.168.1.2:80
        metrics: off
        upstreams:
          - 192.0.2.1
          - udp://192.0.2.2:5353
          - {address: "[2001:db8::1]:53", trusted_ad: true}
          - fe80::1%eth0
        forwarded_zones:
          lan: [192.168.1.1]
          192.168.1.0/24: [192.168.1.1]
        own_records:
          nas.home.arpa: {A: 192.168.1.10, AAAA: [fd00::10, fd00::11], ttl_seconds: 300}
          www.home.arpa: {CNAME: nas.home.arpa}
          192.168.1.10: {PTR: nas.home.arpa}
        rebinding_exceptions: [plex.example]
        allowed_networks: [203.0.113.0/24]
        school: true
        """
    )
    assert settings.dns == (Address("192.168.1.2", 53), Address("fd00::2", 5353), Address("::1", 53))
    assert settings.pages == Address("192.168.1.2", 80)
    assert settings.metrics is None
    assert settings.public_url == "http://192.168.1.2"
    assert settings.page_addresses == ("192.168.1.2",)
    assert settings.upstreams == (
        UpstreamServer(Address("192.0.2.1", 53)),
        UpstreamServer(Address("192.0.2.2", 5353)),
        UpstreamServer(Address("2001:db8::1", 53), trusted_ad=True),
        UpstreamServer(Address("fe80::1%eth0", 53)),
    )
    router = (UpstreamServer(Address("192.168.1.1", 53)),)
    assert settings.forwarded_zones == (
        ForwardedZone(parse_name("lan"), router),
        ForwardedZone(parse_name("1.168.192.in-addr.arpa"), router),
    )
    nas = parse_name("nas.home.arpa")
    assert settings.own_records == (
        OwnRecord(nas, 1, bytes([192, 168, 1, 10]), 300),
        OwnRecord(nas, 28, b"\xfd" + bytes(14) + b"\x10", 300),
        OwnRecord(nas, 28, b"\xfd" + bytes(14) + b"\x11", 300),
        OwnRecord(parse_name("www.home.arpa"), 5, nas),
        OwnRecord(parse_name("10.1.168.192.in-addr.arpa"), 12, nas),
    )
    assert settings.rebinding_exceptions == (parse_name("plex.example"),)
    assert settings.school


def test_limits_keep_their_defaults_but_for_what_is_given(settings_of: Read) -> None:
    settings = settings_of(
        """
        workers: auto
        limits:
          cache: {octets: 67108864}
          forward: {total_seconds: 3}
          edns_octets: 4096
        """
    )
    default = Settings()
    assert settings.workers >= 1
    assert settings.cache.octets == 64 * 1024 * 1024
    assert settings.cache.stale_seconds == default.cache.stale_seconds
    assert settings.forward.total_seconds == 3
    assert settings.forward.waiters == default.forward.waiters
    assert settings.edns_octets == 4096
    assert settings.tcp == default.tcp
    assert settings.rates == default.rates


def test_lists_of_others_are_fetched_unless_the_file_says_otherwise(settings_of: Read) -> None:
    assert settings_of("").lists.update
    assert not settings_of("lists: {update: false}").lists.update


def test_the_file_of_restricted_names_lies_beside_the_configuration(settings_of: Read, tmp_path: Path) -> None:
    (tmp_path / "closed.txt").write_text("one.example\n")
    assert settings_of("restricted_names_file: closed.txt").restricted_names_file == str(tmp_path / "closed.txt")


def test_a_publisher_is_trusted_for_what_the_file_says(settings_of: Read) -> None:
    text = f"publisher: {{url: 'https://a.example/log/', vkey: {VKEY}, categories: [malware]}}"
    publisher = settings_of(text).publisher
    assert publisher == PublisherSettings(
        "https://a.example/log",
        "log.example.org/list+e183b02a+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        frozenset({"malware"}),
    )
    assert publisher.kinds == KINDS
    assert settings_of("role: publisher").role is Role.PUBLISHER
    assert settings_of("").role is Role.HOME


def test_a_desk_keeps_its_cases_in_the_state_folder_unless_the_file_says_otherwise(
    settings_of: Read, tmp_path: Path
) -> None:
    assert settings_of("role: publisher").desk == DeskSettings()
    (tmp_path / "tree" / "lists").mkdir(parents=True)
    desk = settings_of("role: publisher\ndesk: {worktree: tree, mail: {server: 127.0.0.1, sender: a@b.example}}").desk
    assert desk.worktree == str(tmp_path / "tree")
    assert desk.mail == MailSettings(Address("127.0.0.1", 25), "a@b.example")


def test_a_name_in_another_script_is_kept_in_its_ascii_form(settings_of: Read) -> None:
    settings = settings_of("profiles: {adult: {deny: [bücher.example, ไทย.example]}}")
    (adult, _) = settings.profiles
    assert adult.deny == (parse_name("xn--bcher-kva.example"), parse_name("xn--o3cw4h.example"))


@pytest.mark.parametrize("octets", [b"dns: \xff", b"\0", b"a: [", b"- 1", b"text"])
def test_what_is_no_mapping_in_yaml_is_one_fault_with_the_file(
    tmp_path: Path, table: CategoryTable, octets: bytes
) -> None:
    file = tmp_path / "config.yaml"
    file.write_bytes(octets)
    with pytest.raises(DataFault) as caught:
        load(file, table)
    (fault,) = caught.value.faults
    assert fault.where.startswith(str(file))


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path, table: CategoryTable) -> None:
    with pytest.raises(DataFault, match="No such file"):
        load(tmp_path / "nowhere.yaml", table)
