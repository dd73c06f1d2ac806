"""What the forms of the page Lists order, and what they refuse: other sites, other machines, what cannot be done."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from filterdns.lists.orders import MOST_WAITING, Order, orders_folder, place_order
from tests.running import LOOPBACK
from tests.transparency.kept_lists import Installation, in_every_state
from tests.transparency.web.lists_site import FORM, ListsSite

NEW = {"address": "https://lists.example/new.txt", "category": "games", "title": "Games"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return in_every_state(tmp_path_factory.mktemp("every"))


@pytest.fixture(scope="module")
def open_site(home: Installation) -> Iterator[ListsSite]:
    with home.kept(), ListsSite(home) as site:
        yield site


@pytest.fixture
def site(open_site: ListsSite, home: Installation) -> Iterator[ListsSite]:
    """Each test begins with no order."""
    yield open_site
    shutil.rmtree(orders_folder(home.state), ignore_errors=True)


def ordered(home: Installation) -> list[tuple[str, str]]:
    return [(order.order, order.source) for order in home.waiting()]


@pytest.mark.parametrize(
    ("button", "order", "source"),
    [
        ("Accept the new copy of University gambling", "accept", "uni-gambling"),
        ("Keep the old one of Club fakes", "keep_old", "club-fakes"),
        ("Switch on again Club spies", "switch_on", "club-spies"),
        ("Leave it off Club spies", "switch_off", "club-spies"),
        ("Switch off Club malware", "switch_off", "club-malware"),
        ("Switch on University copies", "switch_on", "uni-copies"),
        ("No, thanks for Pornography and sexual services", "switch_off", "uni-adult"),
        ("Look for new copies now", "update_now", ""),
    ],
)
def test_a_button_leaves_an_order_and_says_that_it_is_done_in_a_moment(
    site: ListsSite, home: Installation, button: str, order: str, source: str
) -> None:
    reply = site.press(button)
    assert reply.status == 200
    assert ordered(home) == [(order, source)]
    assert "done in a moment." in reply.page.text
    assert reply.page.text.startswith("Ordered · Lists")
    assert reply.page.refreshes
    assert button not in reply.page.buttons  # nobody presses twice


def test_the_copy_that_was_shown_travels_with_the_answer(site: ListsSite, home: Installation) -> None:
    shown = home.standing("uni-gambling").held
    assert shown
    site.press("Accept the new copy of University gambling")
    assert [order.digest for order in home.waiting()] == [shown.sha256]


def test_what_came_of_it_is_told(site: ListsSite, home: Installation) -> None:
    form = site.get().page.form("Switch off Club malware")
    path = site.send(form.action, form.fields).headers["Location"]
    home.finish("club-malware: switched off")
    page = site.get(path).page
    assert "Club malware Switched off. Its names are open again with the next release" in page.text
    assert page.text.startswith("Done · Lists")
    assert not page.refreshes


def test_what_could_not_be_done_is_told_in_words_and_in_those_of_whoever_tried(
    site: ListsSite, home: Installation
) -> None:
    form = site.get().page.form("Accept the new copy of University gambling")
    path = site.send(form.action, form.fields).headers["Location"]
    home.finish("uni-gambling: expected the change that was shown, got a newer one", well=False)
    page = site.get(path).page
    assert page.text.startswith("Not done · Lists")
    assert "The change could not be accepted. Nothing was changed." in page.text
    assert "expected the change that was shown, got a newer one." in page.text


def test_all_that_is_recommended_is_switched_on_together(tmp_path: Path) -> None:
    home = Installation(tmp_path)
    with home.kept(), ListsSite(home) as site:
        page = site.press("Switch on all 3").page
        assert sorted(ordered(home)) == [("switch_on", id_) for id_ in ("uni-adult", "uni-copies", "uni-gambling")]
        assert page.text.count("Being switched on: ordered, and done in a moment.") >= 3


def test_a_list_of_ones_own_is_added_seen_and_removed(tmp_path: Path) -> None:
    home = Installation(tmp_path)
    with home.kept(), ListsSite(home) as site:
        add_and_remove(site, home)


def add_and_remove(site: ListsSite, home: Installation) -> None:
    page = site.press("Add this list", "/lists/add", **NEW).page
    (order,) = home.waiting()
    assert (order.order, order.url, order.category, order.title) == ("add", NEW["address"], "games", "Games")
    assert "Games The list is being added: ordered, and done in a moment." in page.text
    id_ = home.add(order.url, order.category, order.title)
    home.finish(f"{id_}: added as a list of this household")
    page = site.get(f"/lists?order={order.id}").page
    assert "Games Added, and switched on." in page.text
    site.press("Remove this list Games", f"/lists/list/{id_}")
    assert ordered(home) == [("remove", id_)]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"address": ""}, "Type the address of the list."),
        ({"address": "http://lists.example/a"}, "anybody on the way could change the list"),
        ({"address": "lists.example/a"}, "An address of a list begins with https://"),
        ({"address": "https://ann:secret@lists.example/a"}, "There is a name or a password in this address."),
        ({"address": "https:///a b"}, "This is not an address that can be fetched."),
        ({"address": "https://x/" + "a" * 2_000}, "This address is too long."),
        ({"address": "/nowhere/at/all.txt"}, "There is no file or folder of this name on this machine"),
        ({"address": "/dev/zero"}, "There is no file or folder of this name on this machine"),
        ({"address": "/etc\0/passwd"}, "There is no file or folder of this name on this machine"),
        ({"address": "https://uni.example/gambling"}, "This list is here already. It is University gambling"),
        ({"category": ""}, "Choose what the list is about."),
        ({"category": "legal_order"}, "Choose what the list is about."),
        ({"category": "politics"}, "Choose what the list is about."),
        ({"title": "x" * 121}, "This is too long. 120 characters are the most."),
        ({"title": "a\nb"}, "There are characters in it that cannot be shown."),
    ],
)
def test_what_is_wrong_with_a_new_list_is_told_beside_it_and_what_was_typed_is_kept(
    site: ListsSite, home: Installation, typed: dict[str, str], words: str
) -> None:
    (field,) = typed
    reply = site.press("Add this list", "/lists/add", **NEW | typed)
    assert reply.status == 422
    assert words in reply.page.text
    assert not home.waiting()
    tags = {attributes.get("id"): attributes for tag, attributes in reply.page.tags if tag in ("input", "select")}
    assert tags[field]["aria-invalid"] == "true"
    assert f"{field}-problem" in (tags[field]["aria-describedby"] or "")
    assert reply.page.text.startswith("Please look again")
    for name in {"address", "title"} - {field}:
        assert tags[name]["value"] == NEW[name]


def test_what_was_typed_is_never_markup(site: ListsSite) -> None:
    evil = '"><script>alert(1)</script>'
    reply = site.press("Add this list", "/lists/add", address=evil, category=evil, title=evil)
    assert reply.status == 422
    assert "<script" not in reply.text


def test_one_can_go_back_a_step_and_to_an_earlier_release(site: ListsSite, home: Installation) -> None:
    page = site.get("/lists/back").page
    assert "Release 2 In use" in page.text
    assert "Newer copies wait until you accept each." in page.text
    assert page.buttons == ["Go back to release 1"]
    site.press("Go back to release 1", "/lists/back")
    site.press("Go back a step with Club malware", "/lists/list/club-malware")
    rollback, undo = sorted(home.waiting(), key=lambda order: order.order)
    assert (rollback.order, rollback.release) == ("rollback", 1)
    accepted = home.standing("club-malware").accepted
    assert accepted
    assert (undo.order, undo.source, undo.digest) == ("undo", "club-malware", accepted.sha256)


def test_a_step_back_says_which_copy_comes_back(site: ListsSite) -> None:
    page = site.get("/lists/list/club-malware").page
    assert (
        "Go back to the copy of 28 November 2026 with 1,000 names. The copy of 30 November 2026 with 1,040" in page.text
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"order": "switch_on", "source": "uni-all"},  # never
        {"order": "switch_on", "source": "nothing"},
        {"order": "switch_on"},
        {"order": "remove", "source": "club-malware"},  # not the household's
        {"order": "accept", "source": "uni-gambling"},  # which copy?
        {"order": "accept", "source": "uni-gambling", "digest": "<b>"},
        {"order": "rollback", "release": "9"},
        {"order": "rollback", "release": "-1"},
        {"order": "add", "source": "uni-adult"},  # has a form of its own
        {"order": "format the disk"},
        {},
    ],
)
def test_what_the_page_would_not_offer_is_not_ordered(
    site: ListsSite, home: Installation, fields: dict[str, str]
) -> None:
    token = next(value for name, value in site.get().page.forms[0].fields if name == "token")
    reply = site.send("/lists/order", [("token", token), *fields.items()])
    assert reply.status == 400
    assert "Nothing was changed" in reply.page.text
    assert not home.waiting()


def test_without_a_keeper_an_order_waits_and_the_page_says_for_what(tmp_path: Path) -> None:
    home = Installation(tmp_path)
    with ListsSite(home) as site:
        page = site.press("Switch off Club malware").page
        assert "Being switched off: ordered, and done once filterdns runs again." in page.text
        assert not page.refreshes


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1"},  # another port is another site
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},  # another server on this machine
        {"Sec_Fetch_Site": "none"},
        {"Origin": "", "Sec_Fetch_Site": "cross-site"},
    ],
)
def test_a_form_of_another_site_does_nothing(site: ListsSite, home: Installation, headers: dict[str, str]) -> None:
    form = site.get().page.form("Switch off Club malware")
    reply = site.send(form.action, form.fields, **headers)
    assert reply.status == 403
    assert "This did not come from the page as it is now." in reply.page.text
    assert not home.waiting()


@pytest.mark.parametrize("token", ["", "0" * 36, "ü", "x" * 5_000])
def test_a_form_without_the_pages_token_does_nothing(site: ListsSite, home: Installation, token: str) -> None:
    fields = [("token", token), ("order", "switch_off"), ("source", "club-malware")]
    assert site.send("/lists/order", fields).status == 403
    assert not home.waiting()


def test_a_token_is_for_one_form_one_host_and_one_process(site: ListsSite, home: Installation) -> None:
    add = site.get("/lists/add").page.form("Add this list")
    order = site.get().page.form("Switch off Club malware")
    assert site.send(order.action, [*add.fields, *order.fields[1:]]).status == 403
    host = f"localhost:{site.port}"
    assert site.send(order.action, order.fields, Host=host, Origin=f"http://{host}").status == 403
    with ListsSite(home) as other:
        assert other.send(order.action, order.fields).status == 403
    assert not home.waiting()


def test_an_old_browser_that_says_nothing_of_itself_may_press_a_button(site: ListsSite, home: Installation) -> None:
    form = site.get().page.form("Switch off Club malware")
    assert site.send(form.action, form.fields, Origin="", Sec_Fetch_Site="").status == 303
    assert ordered(home) == [("switch_off", "club-malware")]


def test_a_browser_says_where_a_form_comes_from(site: ListsSite) -> None:
    """Under `no-referrer` it would send `Origin: null` with a form."""
    reply = site.get()
    assert reply.headers["Referrer-Policy"] == "same-origin"
    assert ("meta", {"name": "referrer", "content": "same-origin"}) in reply.page.tags


@pytest.mark.parametrize("host", ["filter.school.example", "filter.home.arpa", "192.0.2.1", "[2001:db8::1]:8053"])
@pytest.mark.parametrize("path", ["/lists", "/lists/add", "/lists/back", "/lists/list/uni-gambling"])
def test_under_any_other_name_the_lists_are_not_shown(site: ListsSite, host: str, path: str) -> None:
    reply = site.get(path, Host=host)
    assert reply.status == 403
    assert "Only on the machine itself" in reply.page.text
    assert f"http://127.0.0.1:{site.port}/lists" in reply.page.text
    assert "University" not in reply.text


def test_under_somebody_elses_name_there_is_the_page_of_a_closed_site(site: ListsSite) -> None:
    reply = site.get(Host="casino.example", Accept="text/html")
    assert (reply.status, "This site is closed here." in reply.text) == (403, True)


@pytest.mark.parametrize("header", ["X_Forwarded_For", "Forwarded", "Via", "X_Real_IP", "X_Forwarded_Host"])
def test_behind_a_proxy_nobody_is_on_this_machine(site: ListsSite, header: str) -> None:
    assert site.get(**{header: "192.0.2.7"}).status == 403


def test_another_name_orders_nothing(site: ListsSite, home: Installation) -> None:
    form = site.get().page.form("Switch off Club malware")
    host = f"filter.home.arpa:{site.port}"
    assert site.send(form.action, form.fields, Host=host, Origin=f"http://{host}").status == 403
    assert not home.waiting()


def test_the_front_page_leads_to_the_lists_on_this_machine_alone(site: ListsSite) -> None:
    assert 'href="/lists"' in site.get("/").text
    assert 'href="/lists"' not in site.get("/", Host="filter.home.arpa").text


def test_only_forms_are_taken_and_only_short_ones(site: ListsSite, home: Installation) -> None:
    form = site.get().page.form("Switch off Club malware")
    assert site.send(form.action, form.fields, Content_Type="text/plain").status == 415
    assert site.send(form.action, form.fields, Content_Type="multipart/form-data; boundary=x").status == 415
    assert site.send(form.action, [*form.fields, ("more", "x" * 20_000)]).status == 413
    assert site.send(form.action, [*form.fields, *((f"f{n}", "") for n in range(100))]).status == 400
    for method, path in (("GET", "/lists/order"), ("POST", "/lists"), ("PUT", "/lists/order"), ("POST", "/lists/back")):
        assert site.ask(method, path, None, {}).status == 405
    assert not home.waiting()


def test_a_long_form_without_a_length_is_not_read_to_its_end(site: ListsSite) -> None:
    head = (
        f"POST /lists/order HTTP/1.1\r\nHost: {site.host}\r\nContent-Type: {FORM}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with socket.create_connection((LOOPBACK, site.port), timeout=5) as client:
        client.sendall(head.encode())
        for _ in range(5):
            client.sendall(b"1000\r\n" + b"x" * 4_096 + b"\r\n")
        reply = b""
        while octets := client.recv(65_536):  # it answers and hangs up, although more was to come
            reply += octets
        assert reply.startswith(b"HTTP/1.1 413 ")


def test_when_too_much_waits_it_says_so(site: ListsSite, home: Installation) -> None:
    for _ in range(MOST_WAITING):
        place_order(home.state, Order("update_now"), home.when)
    reply = site.press("Switch off Club malware")
    assert reply.status == 503
    assert "expected at most 100 that wait" in reply.page.text


def test_orders_that_nobody_knows_are_not_spoken_of(site: ListsSite) -> None:
    page = site.get("/lists?order=20261201T120000000000-dca639e9a6b8&order=..%2F..%2Fsources").page
    assert page.text.startswith("3 to answer · Lists")


def test_nothing_is_written_by_looking(site: ListsSite, home: Installation) -> None:
    before = sorted(home.state.rglob("*"))
    for path in ("/lists", "/lists/add", "/lists/back", "/lists/list/uni-gambling"):
        site.get(path)
    assert sorted(home.state.rglob("*")) == before
    assert not orders_folder(home.state).exists()
