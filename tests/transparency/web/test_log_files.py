from __future__ import annotations

from pathlib import Path

import pytest

from filterdns.log.places import private_folder, public_folder
from filterdns.transparency.web.current import CurrentRelease
from filterdns.transparency.web.rates import PageLimits
from tests.transparency.lists import SETTINGS, StoppedClock
from tests.transparency.published import PUBLISHER
from tests.transparency.web.served import Site

DIGEST = "ab" * 32
FILES = {
    "checkpoint": "text/plain",
    "policy": "text/plain",
    "decisions.head": "text/plain",
    "revocations.head": "text/plain",
    "tile/0/000.p/12": "application/octet-stream",
    "tile/entries/x001/067": "application/octet-stream",
    f"statements/ab/{DIGEST}.json": "application/json",
    f"decisions/{DIGEST}": "application/octet-stream",
    f"decisions/{DIGEST}.from.{DIGEST}": "application/octet-stream",
    f"inputs/{DIGEST}.gz": "application/gzip",
    "releases/3/manifest.json": "application/json",
    "releases/3/release.tlog-proof": "text/plain",
}
FRESH = ("checkpoint", "policy", "decisions.head", "revocations.head", f"statements/ab/{DIGEST}.json",
         "releases/3/release.tlog-proof")  # fmt: skip


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = tmp_path_factory.mktemp("log")
    for path in FILES:
        file = public_folder(state) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(path.encode())
    private_folder(state).mkdir()
    (private_folder(state) / "key").write_text("secret")
    (public_folder(state) / ".hidden").write_text("secret")
    (public_folder(state) / "escape").symlink_to(private_folder(state) / "key")
    (public_folder(state) / "out").symlink_to(private_folder(state))
    return state


@pytest.fixture
def public(state: Path) -> Site:
    return Site(CurrentRelease(state, print), StoppedClock(), settings=PUBLISHER)


def test_every_file_is_carried_with_its_type_and_its_own_octets(public: Site) -> None:
    paths = [f"/log/{path}" for path in FILES]
    for path, reply in zip(FILES, public.each(paths), strict=True):
        assert (reply.status, reply.text) == (200, path)
        assert reply.headers["Content-Type"].startswith(FILES[path]), path
        assert "Content-Encoding" not in reply.headers
        assert "ETag" in reply.headers
        assert "Last-Modified" in reply.headers


def test_what_never_changes_may_be_kept_for_good_and_the_rest_for_seconds(public: Site) -> None:
    for path, reply in zip(FILES, public.each([f"/log/{path}" for path in FILES]), strict=True):
        cache = reply.headers["Cache-Control"]
        assert ("immutable" in cache) == (path not in FRESH), path
        assert path not in FRESH or cache == "public, max-age=5"


def test_a_reader_who_has_it_gets_no_octets(public: Site) -> None:
    first = public.get("/log/checkpoint")
    for headers in (
        {"If_None_Match": first.headers["ETag"]},
        {"If_None_Match": "*"},
        {"If_Modified_Since": first.headers["Last-Modified"]},
    ):
        again = public.get("/log/checkpoint", **headers)
        assert (again.status, again.text) == (304, ""), headers
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers["Cache-Control"] == "public, max-age=5"


def test_conditions_that_mean_nothing_or_too_much_are_no_fault(public: Site) -> None:
    for headers in (
        {"If_None_Match": '"' + "a" * 3_000 + '"'},
        {"If_None_Match": ",".join(f'"{number}"' for number in range(700))},
        {"If_Modified_Since": "yesterday"},
        {"If_Modified_Since": "Thu, 99 Foo 99999 99:99:99 GMT"},
        {"If_Range": "nonsense", "Range": "bytes=0-1"},
        {"Range": "bytes=0-0,1-1,2-2,3-3"},
        {"Range": "bytes=99999-"},
        {"Range": "lines=1-2"},
        {"If_Match": '"other"'},
        {"Accept_Encoding": "gzip, br;q=0.1, *;q=0"},
    ):
        reply = public.get("/log/checkpoint", **headers)
        assert reply.status in (200, 206, 412, 416), headers
        assert len(reply.text) <= len("checkpoint")


WAYS_OUT = (
    *("../log/key", "..%2flog%2fkey", "%2e%2e/log/key", "....//log/key", "tile/../../../log/key", "%252e%252e/log/key"),
    *("tile/..%5c..%5ckey", "%2Fetc/passwd", "//etc/passwd", "%c0%ae%c0%ae/log/key", "\uff0e\uff0e/key", "~root"),
    *("checkpoint%00", "checkpoint%0a", "checkpoint/", "./checkpoint", "tile//0/000.p/12", "checkpoint;x", "CON"),
    *(
        ".hidden",
        "escape",
        "out/key",
        "tile",
        "tile/",
        "tile/0",
        "statements",
        "",
        "checkpoint.gz",
        "tile/0/000.p/12/x",
    ),
    *("a" * 2_000, "x/" * 400),
)


def test_no_path_leads_out_or_lists_a_folder(public: Site) -> None:
    for path, reply in zip(WAYS_OUT, public.each([f"/log/{path}" for path in WAYS_OUT]), strict=True):
        assert reply.status in (400, 404), path
        assert "secret" not in reply.text


def test_a_home_carries_nothing(state: Path) -> None:
    home = Site(CurrentRelease(state, print), StoppedClock(), settings=SETTINGS)
    assert home.get("/log/checkpoint").status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PROPFIND", "MKCOL"])
def test_nothing_but_reading_is_done(public: Site, method: str) -> None:
    assert public.ask(method, "/log/checkpoint", {}).status == 405


def test_head_tells_the_size_without_the_octets(public: Site) -> None:
    reply = public.ask("HEAD", "/log/checkpoint", {})
    assert (reply.status, reply.text, reply.headers["Content-Length"]) == (200, "", str(len("checkpoint")))


def test_anybodys_page_may_check_the_log(public: Site) -> None:
    headers = public.get("/log/checkpoint").headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in public.get("/help").headers


def test_the_lists_stay_with_this_machine_at_a_publisher_too(public: Site) -> None:
    assert public.get("/lists", Host="lists.example").status == 403


@pytest.mark.parametrize(("host", "status"), [("lists.example", 200), ("other.example", 421), ("", 421)])
def test_a_publisher_answers_to_its_own_name(public: Site, host: str, status: int) -> None:
    reply = public.get("/help", Host=host)
    assert reply.status == status
    assert "You are not in trouble.<br>" not in reply.text


def test_a_whole_log_can_be_read_at_once_and_pages_stay_limited(state: Path) -> None:
    few = PageLimits(requests_a_second=1, burst=2)
    site = Site(CurrentRelease(state, print), StoppedClock(), few, PUBLISHER)
    seen = {"X-Forwarded-For": "203.0.113.9"}
    assert {reply.status for reply in site.each(["/log/tile/0/000.p/12"] * 300, headers=seen)} == {200}
    assert [reply.status for reply in site.each(["/help"] * 3, headers=seen)] == [200, 200, 429]
