"""Visits by Playwright: a page with its own scripts off or on, what axe-core holds against it, and pictures of it."""

from __future__ import annotations

import json
import os
from pathlib import Path

from playwright.sync_api import Browser, Page

SCREENSHOTS = "FILTERDNS_SCREENSHOTS"  # the folder in which pictures of the pages are kept
SERIOUS = ("serious", "critical")
AXE = "axe.run(document, {resultTypes: ['violations']}).then(found => JSON.stringify(found.violations))"
OPEN_ALL = "document.querySelectorAll('details').forEach(each => { each.open = true })"


def opened(
    browser: Browser, width: int, scheme: str = "light", *, locale: str = "en-US", scripts: bool = False
) -> Page:
    """A page of this width; its own scripts are off unless a test brings one."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
        locale=locale,
        java_script_enabled=scripts,
        bypass_csp=scripts,
    )
    return context.new_page()


def serious(page: Page, axe: str) -> list[str]:
    """What axe-core holds against a page."""
    page.add_script_tag(content=axe)
    faults = [found for found in json.loads(page.evaluate(AXE)) if found["impact"] in SERIOUS]
    return [f"{page.url}: {found['id']}: {[node['html'][:120] for node in found['nodes'][:3]]}" for found in faults]


def take_picture(page: Page, name: str) -> None:
    """The whole page as a file of this name, in the folder that SCREENSHOTS says."""
    folder = Path(os.environ[SCREENSHOTS])
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", full_page=True)
