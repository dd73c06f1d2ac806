"""Makes the catalogues: `python -m tests.transparency.catalogues` (`make messages`). By Babel; pages do without it."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from filterdns.transparency.locale.texts import DOMAIN, FOLDER

SOURCES = FOLDER.parent
TEMPLATE = FOLDER / f"{DOMAIN}.pot"
WIDTH = 118

_METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
_OPTIONS = {"templates/**.html": {"trimmed": "true", "newstyle_gettext": "true", "extensions": "jinja2.ext.i18n"}}
_KEYWORDS = {"_": None, "_n": (1, 2), "gettext": None, "ngettext": (1, 2), "marked": None}
_KEYWORDS |= {"pgettext": ((1, "c"), 2)}
_OF_THE_TOOL = (b'"Generated-By', b'"Report-Msgid', b'"Last-Translator: FULL', b'"Language-Team:')  # tells nothing
_HEADER = "# Texts of the pages of filterdns. Under the licence of filterdns (LICENSE)."
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # files change when texts do, not with the clock


class Kept(Catalog):
    """A catalogue that keeps the headers of our own (`X-...`), which Babel forgets."""

    own: tuple[tuple[str, str], ...] = ()

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        headers = [*(each for each in self._get_mime_headers() if each[0] != "Generated-By"), *self.own]
        return [*headers[:-1], (headers[-1][0], headers[-1][1] + "\n")]


def read_catalogue(po: Path) -> Kept:
    """A language's catalogue with all of its headers."""
    octets = po.read_bytes()
    kept = Kept()
    vars(kept).update(vars(read_po(io.BytesIO(octets))))
    head = octets.decode("utf-8").partition("\n\n")[0].splitlines()
    named = (line[1:-3].partition(": ") for line in head if line.startswith('"X-') and line.endswith('\\n"'))
    kept.own = tuple((name, value) for name, _, value in named)
    return kept


def extracted() -> Catalog:
    """Every text of the templates and of the tables of words, in the order of the files."""
    catalog = Catalog(
        project="filterdns",
        version="pages",
        header_comment=_HEADER,
        creation_date=_EPOCH,
        revision_date=_EPOCH,
        fuzzy=False,
    )
    found = extract_from_dir(SOURCES, _METHODS, _OPTIONS, _KEYWORDS, comment_tags=("For translators:",))
    for path, _, message, comments, context in sorted(found, key=lambda each: (each[0], each[1])):
        catalog.add(message, None, [(f"transparency/{path}", None)], auto_comments=comments, context=context)
    return catalog


def template_text() -> bytes:
    """The octets of the `.pot` file."""
    return _written(extracted())


def compiled(po: Path) -> bytes:
    """The octets of the `.mo` file of a `.po` file; doubtful (fuzzy) translations are left out."""
    output = io.BytesIO()
    write_mo(output, read_catalogue(po))
    return output.getvalue()


def catalogues() -> list[Path]:
    """The `.po` file of each language."""
    return sorted(FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def _written(catalog: Catalog) -> bytes:
    output = io.BytesIO()
    write_po(output, catalog, width=WIDTH, include_lineno=False)
    lines = output.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(_OF_THE_TOOL))


def main() -> None:
    """Bring the template, each language's file and what the pages read up to date."""
    template = extracted()
    TEMPLATE.write_bytes(_written(template))
    for po in catalogues():
        catalog = read_catalogue(po)
        catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
        catalog.creation_date = _EPOCH
        po.write_bytes(_written(catalog))
        po.with_suffix(".mo").write_bytes(compiled(po))


if __name__ == "__main__":
    main()
