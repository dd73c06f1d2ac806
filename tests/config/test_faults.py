from collections.abc import Callable

import pytest

from filterdns.errors import Fault

Faults = Callable[[str], tuple[Fault, ...]]

VKEY = "log.example.org/list+e183b02a+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
PUBLISHER = f"publisher: {{url: 'https://a.example', vkey: {VKEY}"

# text, path of the value, words of the fault
ONE_FAULT = [
    ("dns: [127.0.0.1:99999]", "dns[0]", "port from 1 to 65535"),
    ("dns: [1.2.3.4.5]", "dns[0]", "expected an address"),
    ("dns: []", "dns", "at least 1"),
    ("dns: [127.0.0.1, 127.0.0.1:53]", "dns[1]", "once"),
    ("dns: 127.0.0.1", "dns", "a list"),
    ('dns: ["[::1"]', "dns[0]", "[2001:db8::1]:53"),
    ("pages: 127.0.0.1", "pages", "with its port"),
    ("pages: 127.0.0.1:9053\nmetrics: 127.0.0.1:9053", "metrics", "address of its own"),
    ("metrics: 192.168.1.2:9053", "metrics", "loopback"),
    ("publik_url: http://x", "publik_url", 'did you mean "public_url"'),
    ("public_url: filter.home.arpa", "public_url", "beginning of a web address"),
    ("page_addresses: [192.168.1.2:80]", "page_addresses[0]", "without a port"),
    ("workers: many", "workers", "auto or a number"),
    ("workers: 0", "workers", "auto or a number"),
    ("timezone: asia/bangkok", "timezone", "Asia/Bangkok"),
    ("timezone: Bangkok", "timezone", "Asia/Bangkok"),
    ("upstreams: [tls://192.0.2.1]", "upstreams[0]", "not built yet"),
    ("upstreams: [https://dns.example/dns-query]", "upstreams[0]", "not built yet"),
    ("upstreams: [192.0.2.1#5353]", "upstreams[0]", "write 192.0.2.1:5353"),
    ("upstreams: ['2001:db8::1#5353']", "upstreams[0]", "write [2001:db8::1]:5353"),
    ("upstreams: [dns.example]", "upstreams[0]", "write its address"),
    ("upstreams: [fe80::1]", "upstreams[0]", "fe80::1%eth0"),
    ("upstreams: [0.0.0.0]", "upstreams[0]", "one server"),
    ("upstreams: [127.0.0.1:1053]", "upstreams[0]", "round in a circle"),
    ("upstreams: [192.0.2.1, 192.0.2.1:53]", "upstreams[1]", "once"),
    ("upstreams: [{trusted_ad: true}]", "upstreams[0].address", "nothing"),
    ("upstreams: [{address: 192.0.2.1, trust_ad: true}]", "upstreams[0].trust_ad", '"trusted_ad"'),
    ("forwarded_zones: {lan: []}", "forwarded_zones.lan", "at least 1"),
    ("forwarded_zones: {192.168.1.0/23: [192.168.1.1]}", "forwarded_zones.192.168.1.0/23", "host bits"),
    ("forwarded_zones: {192.168.0.0/23: [192.168.1.1]}", "forwarded_zones.192.168.0.0/23", "multiple of 8"),
    ("forwarded_zones: {lan: [192.0.2.1], LAN: [192.0.2.2]}", "forwarded_zones.LAN", "on line 1"),
    ("own_records: {nas.lan: {A: fd00::1}}", "own_records.nas.lan", "AAAA"),
    ("own_records: {nas.lan: {A: 192.168.1.1, CNAME: b.lan}}", "own_records.nas.lan", "CNAME alone"),
    ("own_records: {nas.lan: {MX: mail.lan}}", "own_records.nas.lan", "A, CNAME, PTR, AAAA"),
    ("own_records: {nas.lan: {A: 192.168.1.1, ttl_seconds: -1}}", "own_records.nas.lan", "ttl_seconds"),
    ("profiles: {Kids: {template: adult}}", "profiles.Kids", "small letters"),
    ("profiles: {kids: {}}", "profiles.kids", "a template"),
    ("profiles: {kids: {template: age8-13}}", "profiles.kids.template", '"age8-12"'),
    ("profiles: {adult: {template: age8-12}}", "profiles.adult.template", "like the name"),
    ("profiles: {adult: {categories: {socail: filter}}}", "profiles.adult.categories.socail", '"social"'),
    ("profiles: {adult: {categories: {politics: filter}}}", "profiles.adult.categories.politics", "a category"),
    ("profiles: {adult: {categories: {social: NO}}}", "profiles.adult.categories.social", "an action"),
    ("profiles: {adult: {allow: [https://example.org/x]}}", "profiles.adult.allow[0]", "write example.org"),
    ("profiles: {adult: {deny: ['*.example.org']}}", "profiles.adult.deny[0]", "write example.org"),
    ("profiles: {adult: {deny: [.]}}", "profiles.adult.deny[0]", "below the root"),
    ("profiles: {adult: {deny: [a..b]}}", "profiles.adult.deny[0]", "labels"),
    ("profiles: {adult: {answer: nx}}", "profiles.adult.answer", "nxdomain"),
    ("profiles: {adult: {answer: page}}", "profiles.adult.answer", "page_addresses"),
    ("default_profile: kids", "default_profile", "a profile"),
    ("clients: {10.0.0.0/8: kids}", "clients.10.0.0.0/8", "a profile"),
    ("clients: {10.1.3.7/20: adult}", "clients.10.1.3.7/20", "write 10.1.0.0/20"),
    ("clients: {kids: adult}", "clients.kids", "a network"),
    ("clients: {10.1.3.7: adult, 10.1.3.7/32: guest}", "clients.10.1.3.7/32", "once"),
    ("clients: {10.1.3.7: adult, '::ffff:10.1.3.7': guest}", "clients.::ffff:10.1.3.7", "once"),
    ("allowed_networks: [0.0.0.0/0]", "allowed_networks[0]", "open_resolver"),
    ("allowed_networks: [10.0.0.0/8]\nopen_resolver: true", "open_resolver", "both"),
    ("school: yes", "school", "true or false"),
    ("restricted_names_file: nowhere.txt", "restricted_names_file", "a file that is there"),
    ("role: school", "role", "home, publisher"),
    (f"role: publisher\n{PUBLISHER}}}", "publisher", "both"),
    ("publisher: {url: 'https://a.example/log', vkey: e183b02a}", "publisher.vkey", "copy the whole line"),
    (f"{PUBLISHER}, kinds: [lists]}}", "publisher.kinds[0]", "listings"),
    ("require_log: true", "require_log", "a publisher whose log is trusted"),
    ("desk: {contact: 'https://a.example'}", "desk", "role: publisher"),
    ("role: publisher\ndesk: {worktree: nowhere}", "desk.worktree", "lists/ in it"),
    (
        "role: publisher\ndesk: {mail: {server: 127.0.0.1, sender: 'a@b.example\\nBcc: c'}}",
        "desk.mail.sender",
        "one addr",
    ),
    ("log_policy_file: nowhere.txt", "log_policy_file", "a file that is there"),
    ("limits: {cache: {octets: 12}}", "limits.cache.octets", "at least 1048576"),
    ("limits: {forward: {sokets: 64}}", "limits.forward.sokets", '"sockets"'),
    ("limits: {forward: {attempt_seconds: 5}}", "limits.forward.attempt_seconds", "total_seconds"),
    ("limits: {tcp: {idle_seconds: soon}}", "limits.tcp.idle_seconds", "a number"),
    ("limits: {edns_octets: 100}", "limits.edns_octets", "at least 512"),
    ("dns:", "dns", "delete the line"),
]


@pytest.mark.parametrize(("text", "path", "words"), ONE_FAULT, ids=[text for text, _, _ in ONE_FAULT])
def test_a_wrong_value_is_one_fault_that_says_what_to_do(faults_of: Faults, text: str, path: str, words: str) -> None:
    faults = faults_of(text)
    assert [fault.path for fault in faults] == [path], list(map(str, faults))
    assert words in str(faults[0])


TIMES = [
    ("{sut: 15:00-18:00}", "sun"),
    ("{mon-fri: 15-18}", "15:00-18:00"),
    ("{mon-fri: 25:00-26:00}", "24:00"),
    ("{sat: [20:00-02:00]}", "two windows"),
    ("{sat: [1500]}", "a time such as"),
]


@pytest.mark.parametrize(("times", "words"), TIMES)
def test_a_wrong_time_is_one_fault(faults_of: Faults, times: str, words: str) -> None:
    (fault,) = faults_of(f"timezone: Europe/Berlin\nprofiles:\n  kids: {{template: age8-12, times: {times}}}\n")
    assert fault.where.endswith(":3")
    assert words in str(fault)


def test_times_need_a_time_zone_and_something_that_is_by_time(faults_of: Faults) -> None:
    faults = faults_of("profiles: {adult: {times: {daily: 08:00-20:00}}}")
    assert len(faults) == 2
    assert any("timezone" in str(fault) for fault in faults)
    assert any("games: time" in str(fault) for fault in faults)


def test_all_faults_are_told_at_once_each_with_its_line(faults_of: Faults) -> None:
    text = "dns: [nonsense]\nworkers: 0\nprofiles:\n  kids:\n    template: age8-12\n    answer: no\n"
    text += "clients:\n  10.0.0.0/8: kidz\n"
    faults = faults_of(text)
    assert [fault.where.rpartition(":")[2] for fault in faults] == ["1", "2", "6", "8"]


def test_a_fault_reads_where_what_and_what_to_do(faults_of: Faults) -> None:
    (fault,) = faults_of("\nupstreams:\n  - 192.0.2.1\n  - htps://192.0.2.2\n")
    assert str(fault).startswith(fault.where)
    assert "config.yaml:4: upstreams[1]: expected " in str(fault)
    assert 'got "htps://192.0.2.2"' in str(fault)


def test_an_open_resolver_is_allowed_with_the_explicit_word(faults_of: Faults) -> None:
    assert faults_of("open_resolver: true") == ()


@pytest.mark.parametrize(
    ("records", "got"),
    [
        ("nas.lan: {CNAME: files.example.org}", "files.example.org, which has no record here"),
        ("a.lan: {CNAME: b.lan}\n  b.lan: {CNAME: a.lan}", "a circle"),
    ],
)
def test_an_own_alias_must_lead_to_an_own_record(faults_of: Faults, records: str, got: str) -> None:
    faults = faults_of(f"own_records:\n  {records}\n")
    assert any("a CNAME that leads to a name among own_records" in str(fault) and got in str(fault) for fault in faults)
