"""Pages about names that lists named: long addresses, several listings, a history; nothing is loaded from a keeper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.chromium import Chromium, Page
from tests.browser.test_pages import CONTRAST
from tests.transparency.fetched import half_a_year
from tests.transparency.web.pages_process import PagesRunning

LONG = "https://lists.example/" + "a-page-for-complaints-with-a-long-address/" * 4


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    at = half_a_year(tmp_path_factory.mktemp("half"), removal=LONG)
    running = PagesRunning(at.state, tmp_path_factory.mktemp("output") / "output")
    yield f"http://127.0.0.1:{running.port}"
    running.stop()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_is_readable(chromium: Chromium, site: str, tmp_path: Path, scheme: str) -> None:
    async def steps(page: Page) -> None:
        for name in ("bets.example", "clinic.example", "won.example"):
            for width in (320, 390, 1280):
                await page.look(width, 900, scheme)
                await page.open(f"{site}/why/{name}")
                assert await page.measure("document.documentElement.scrollWidth") <= width
                ratio, where = await page.measure(CONTRAST)
                assert ratio >= 4.5, where
                assert {urlsplit(address).netloc for address in page.requested} == {urlsplit(site).netloc}
            await page.picture(tmp_path / f"{name}.png")

    chromium.run(steps)


def test_headings_of_the_history_stand_in_order(chromium: Chromium, site: str) -> None:
    async def steps(page: Page) -> None:
        await page.open(f"{site}/why/bets.example")
        headings = [name for role, name in await page.spoken() if role == "heading"]
        at = [headings.index(words) for words in ("Why: the 2 listings", "What else is known of it")]
        assert at == sorted(at)
        links = [name for role, name in await page.spoken() if role == "link"]
        assert "CC BY-SA 4.0" in links

    chromium.run(steps)
