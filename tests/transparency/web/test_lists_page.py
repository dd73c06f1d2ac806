"""What the page Lists says, in each state that lists can be in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from filterdns.lists.progress import BUILD, FETCH, Progress
from tests.transparency.kept_lists import DAY, Installation, in_every_state, names
from tests.transparency.web.lists_site import ListsSite, Page


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ListsSite]:
    """Every state at once, for tests that only look."""
    home = in_every_state(tmp_path_factory.mktemp("seen"))
    with home.kept(), ListsSite(home) as site:
        yield site


@pytest.fixture(scope="module")
def page(seen: ListsSite) -> Page:
    reply = seen.get()
    assert reply.status == 200
    return reply.page


@pytest.fixture
def home(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def look(home: Installation, path: str = "/lists", *, kept: bool = True) -> Page:
    with ListsSite(home) as site:
        if not kept:
            return site.get(path).page
        with home.kept():
            return site.get(path).page


def test_a_held_change_is_told_in_words_with_its_reasons_and_what_happens_otherwise(page: Page) -> None:
    assert (
        "The new copy would add 40,002 names and remove 12; two of them are help sites: "
        "www.crisis.example, clinic.example." in page.text
    )
    assert "39,990 names more than the 3,000 before" in page.text
    assert "It has waited since 30 November 2026, and was seen once." in page.text
    assert "If you do nothing, the copy of 28 November 2026 with 3,000 names stays in use" in page.text
    assert "Sites of help stay open whatever you answer" in page.text


def test_a_shrink_says_when_it_is_accepted_by_itself(page: Page) -> None:
    assert "The new copy would remove 310 names." in page.text
    assert "still so at the third fetch and after three days, on 3 December 2026 or soon after" in page.text


def test_a_list_that_was_switched_off_by_itself_says_why(page: Page) -> None:
    assert "Club spies was switched off by itself" in page.text
    assert "names a helpline or an emergency service, which nothing may close: crisis.example" in page.text
    assert "for the second time within a quarter" in page.text
    assert "Switch on again Club spies" in page.buttons


def test_each_list_says_its_state_keeper_licence_names_and_when_it_was_confirmed(page: Page) -> None:
    assert "University gambling On 3,000 names · kept by A university · CC BY-SA 4.0 · confirmed yesterday" in page.text
    assert "Club wide On, not in use yet 10 to 9,000 names expected · kept by A club · MIT" in page.text
    assert "University copies Off" in page.text
    assert "University adult, large Offered" in page.text
    assert "University all in one Never used" in page.text
    assert "Never on: four kinds in one file." in page.text
    assert "Switch on University all in one" not in page.buttons


def test_a_fault_of_fetching_is_told_beside_the_list(page: Page) -> None:
    assert "The server answered 503 (busy), next try at 14:10; the copy of 30 November stays in use." in page.text


def test_lists_are_grouped_and_say_for_whom_they_are_filtered(page: Page) -> None:
    places = [page.text.index(title) for title in ("Right now", "Waiting for you Club", "All lists", "This week")]
    assert places[:3] == sorted(places[:3])
    for title in ("Security", "Content", "Over-use", "Ways around"):
        assert title in page.text
    assert (
        "Betting, casinos and betting with game items gambling 1 list on, 3,000 names in use · Filtered for small"
        in (page.text)
    )
    assert "Nobody here has this category filtered" in page.text  # VPNs, which no profile of the test filters
    assert "restricted_legal" not in page.text
    assert "legal_order" not in page.text


def test_what_a_household_added_can_be_removed_and_is_never_markup(seen: ListsSite) -> None:
    text = seen.get().text
    assert "Walls &amp; &lt;b&gt;fences&lt;/b&gt;" in text
    assert "<b>fences" not in text
    assert "added by this household" in text
    assert Page.read(text).text.count("Remove…") == 2


def test_what_is_recommended_is_offered_until_somebody_has_chosen(page: Page) -> None:
    assert "Do you want these closed?" in page.text
    assert "No person has checked these here" in page.text
    assert "University adult · kept by A university · 8,000 to 100,000 names expected" in page.text
    assert "No, thanks for Pornography and sexual services" in page.buttons
    assert not any("File sharing" in button for button in page.buttons)  # was switched off before


def test_what_changed_is_a_sentence_a_category_with_its_day(page: Page) -> None:
    assert "By the release made on 30 November 2026." in page.text
    assert "Dangerous software 50 names came and 50 names went, on 30 November 2026." in page.text
    assert "Online games 2 names came, on 30 November 2026." in page.text


def test_release_and_updates_are_told(page: Page) -> None:
    assert "Nothing is under way. In use release 2, made yesterday at 12:00, with" in page.text
    assert "Next update today at 18:00" in page.text
    assert not page.refreshes


def test_one_list_tells_everything_about_itself(seen: ListsSite) -> None:
    page = seen.get("/lists/list/uni-gambling").page
    for words in (
        "To have a name taken off there https://uni.example/remove",
        "Fetched from https://uni.example/gambling",
        "Asked for every day",
        "Kept since 1996 by people who answer.",
        "What was decided about it 30 November 2026 A new copy waits for a person.",
        "28 November 2026 A new copy came and counts. It brought 3,000 names.",
        "Go back to before this list had any names here.",
    ):
        assert words in page.text, words
    outward = [a for tag, a in page.tags if tag == "a" and (a.get("href") or "").startswith("http")]
    assert outward
    assert all(a.get("rel") == "noreferrer" for a in outward)


def test_a_list_of_the_household_never_becomes_a_link(seen: ListsSite) -> None:
    page = seen.get("/lists/list/lists-example").page
    assert "Fetched from https://lists.example/wall.txt" in page.text
    assert not any("lists.example" in (a.get("href") or "") for tag, a in page.tags if tag == "a")


def test_an_unknown_list_is_told_kindly(seen: ListsSite) -> None:
    for path in ("/lists/list/nothing", "/lists/list/%3Cb%3E", "/lists/list/..%2f"):
        reply = seen.get(path)
        assert reply.status == 404
        assert "There is no such list" in reply.page.text


@pytest.mark.parametrize("path", ["/lists", "/lists/list/uni-gambling", "/lists/add", "/lists/back", "/lists/list/x"])
def test_no_page_has_a_script_a_style_or_somebody_elses_address_in_it(seen: ListsSite, path: str) -> None:
    reply = seen.get(path)
    assert "<script" not in reply.text
    assert " style=" not in reply.text
    assert not any(tag in ("iframe", "img", "object", "embed") for tag, _ in reply.page.tags)
    assert "form-action 'self'" in reply.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in reply.headers
    assert reply.headers["Cache-Control"] == "no-store"
    for tag, attributes in reply.page.tags:
        if tag == "form":
            assert attributes["method"] == "post"
            assert (attributes["action"] or "").startswith("/lists/")


def test_before_the_first_release_it_says_what_that_means(home: Installation) -> None:
    home.tell()
    page = look(home)
    assert "There is no release yet, so nothing is filtered." in page.text
    assert "There is no release yet." in page.text
    assert "once there is more than one release" in page.text


def test_with_one_release_nothing_is_compared(home: Installation) -> None:
    home.build()
    home.tell()
    assert "There is one release so far, so nothing can be compared yet." in look(home).text


def test_while_something_is_under_way_the_page_looks_again_by_itself(home: Installation) -> None:
    home.tell(Progress(FETCH, "uni-adult", 3, 9, 2_100_000))
    page = look(home)
    assert "Fetching lists: 3 of 9, University adult, 2.1 MB so far." in page.text
    assert page.refreshes
    assert ("progress", {"max": "9", "value": "3", "aria-label": "How far it is"}) in page.tags
    assert "Look for new copies now" not in page.buttons
    still = look(home, "/lists?still=yes")
    assert not still.refreshes
    assert "This page holds still. Let it look again by itself" in still.text
    home.tell(Progress(BUILD, number=12, of=64))
    assert "Putting the lists together: 12 of 64." in look(home).text


def test_without_a_keeper_it_says_what_to_do_and_does_not_wait(home: Installation) -> None:
    home.tell(Progress(FETCH, "uni-adult", 3, 9))
    page = look(home, kept=False)
    assert "The part of filterdns that looks after the lists is not running. Start filterdns again" in page.text
    assert not page.refreshes
    assert "Fetching" not in page.text


def test_what_stands_in_the_way_is_told(home: Installation) -> None:
    home.tell(online=False, clock_believed=False, fault="own/x.yaml:3: expected a text, got nothing")
    page = look(home)
    assert "There is no network" in page.text
    assert "The clock of this machine is not believed." in page.text
    assert "The last update did not come to its end" in page.text
    assert "own/x.yaml:3: expected a text, got nothing" in page.text
    assert "Look for new copies now" not in page.buttons
    home.tell(fetching=False)
    page = look(home)
    assert "lists.update: false" in page.text
    home.switch("uni-vpn", True)
    assert "It stays away as long as this machine fetches nothing." in look(home).text


def test_what_the_last_update_came_to_is_shown(home: Installation) -> None:
    home.tell(lines=("asked for 9 lists: 2 new (3.1 MB), 7 unchanged", "release 2: 3 <names>"))
    assert "asked for 9 lists: 2 new (3.1 MB), 7 unchanged release 2: 3 <names>" in look(home).text


def test_a_file_that_cannot_be_read_takes_only_its_part_of_the_page(home: Installation) -> None:
    home.switch("uni-vpn", True)
    (home.state / "sources.json").write_text("{")
    page = look(home)
    assert "A file cannot be read, so a part of this page is missing." in page.text
    assert "University VPN" in page.text
    (home.state / "lists" / "sources" / "mine.yaml").write_text("lists: nothing")
    page = look(home)
    assert "mine.yaml" in page.text
    assert "Right now" in page.text


def test_a_household_list_with_nothing_known_says_so(home: Installation) -> None:
    home.add("https://lists.example/new.txt", "social")
    home.tell()
    page = look(home)
    assert "lists.example On, not in use yet Size not known yet · added by this household" in page.text
    assert "It is fetched with the next update." in page.text


def test_a_first_copy_that_waits_is_not_used(home: Installation) -> None:
    home.switch("uni-adult", True)
    home.serve("uni-adult", names("porn", 5))
    home.build()
    page = look(home)
    assert "University adult : the first copy Its first copy would bring 5 names." in page.text
    assert "5 names, and 8,000 or more are expected." in page.text
    assert "If you do nothing, the list is not used, and this question stays here." in page.text
    assert {"Use it all the same of University adult", "Do not use it of University adult"} <= set(page.buttons)


def test_fraud_says_that_two_keepers_are_needed(home: Installation) -> None:
    home.add("https://lists.example/fakes.txt", "fraud")
    assert "A name counts here once lists of two different keepers name it." in look(home).text


def test_hostile_texts_from_files_and_lists_are_shown_as_they_are(home: Installation) -> None:
    evil = "<script>alert(1)</script>"
    home.add("https://lists.example/a?<b>&x='", "games", evil + "‮")
    home.fail("club-malware", evil)
    home.tell(lines=(evil,), fault="")
    with home.kept(), ListsSite(home) as site:
        for path in ("/lists", "/lists/list/lists-example", "/lists?order=%3Cscript%3E&order=" + "x" * 500):
            text = site.get(path).text
            assert "<script" not in text
        assert "&lt;script&gt;" in text


def test_a_file_in_the_installations_own_folder_is_removed_by_its_owner(home: Installation) -> None:
    own = home.state / "lists" / "own"
    own.mkdir(parents=True)
    (own / "games.mine.txt").write_text("mine.example\n")
    home.build()
    page = look(home, "/lists/list/own/games.mine.txt")
    assert "This list is a file in the folder of this installation. Delete the file" in page.text
    assert "Remove this list games.mine.txt" not in page.buttons


def test_days_far_away_are_written_out_and_the_kept_old_copy_is_remembered(home: Installation) -> None:
    for count in (1_000, 1_010):
        home.serve("club-malware", names("bad", count))
        home.build()
    home.clock.at += DAY
    held = home.serve("club-malware", names("bad", 9_001))
    home.build()
    home.deeds.keep_old("club-malware", home.when, held)
    home.clock.at += 40 * DAY
    page = look(home, "/lists/list/club-malware")
    assert "2 December 2026 A person kept the old copy." in page.text
    assert "Last confirmed on 2 December 2026" in page.text
    assert "No release was made within the last seven days" in look(home).text


def test_own_data_are_not_read_again_while_nothing_has_changed(home: Installation) -> None:
    with ListsSite(home) as site:
        assert "University VPN" in site.get().text
        copy = home.shipped.with_name("away")
        stamp = (home.shipped / "sources" / "uni.yaml").stat()
        text = (home.shipped / "sources" / "uni.yaml").read_text().replace("University VPN", "University XYZ")
        (home.shipped / "sources" / "uni.yaml").write_text(text)
        os.utime(home.shipped / "sources" / "uni.yaml", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        assert "University VPN" in site.get().text  # the same file by all that can be seen of it from outside
        os.utime(home.shipped / "sources" / "uni.yaml")
        assert "University XYZ" in site.get().text
        shutil.rmtree(copy, ignore_errors=True)


def test_a_clock_that_was_set_back_breaks_nothing(home: Installation) -> None:
    home.serve("club-malware", names("bad", 100))
    home.build()
    home.clock.at -= timedelta(days=20_000)
    assert "confirmed on 1 December 2026" in look(home).text
