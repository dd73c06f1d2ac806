"""All recipes of an installation: `sources/*.yaml`, lists in `own/`, and what the household turned on or off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

from filterdns.categories import Class
from filterdns.errors import DataFault, Fault, StateFault
from filterdns.lists.categories_file import RESTRICTED, CategoryRow, CategoryTable
from filterdns.lists.fields import Fields, Texts
from filterdns.lists.kept_documents import ReadDocument, read_document
from filterdns.lists.parse import recipes
from filterdns.lists.parse.lines import MOST_LINE_OCTETS, read_header
from filterdns.lists.parse.recipes import HOUSEHOLD_KEEPER, Layer
from filterdns.lists.placed import Placed
from filterdns.lists.recipe import NEVER, ON, Keeper, Recipe
from filterdns.lists.sources import SourceFile, find_sources

MOST_OWN_NAMES = 20_000_000  # of one plain file of an installation

_PROJECT = Keeper("this project")
_HOUSEHOLD = Keeper(HOUSEHOLD_KEEPER)
_OWN_REASON: Mapping[bool, Texts] = {
    True: {"en": "A file of domains names them with what lies below them."},
    False: {"en": "A hosts file names each host for itself alone."},
}
_LEGAL_REMEDY = "an order belongs into the lists of the operator that it binds"
_RESTRICTED_REMEDY = "an authority's list is read by the resolver alone (restricted_names_file)"
_MOST_HEADER_LINES = 40
_CHOICES = ("on", "off")


@dataclass(frozen=True, slots=True)
class Recipes:
    """Every recipe in reading order, each identifier once, and the household's choices (True is on)."""

    all: tuple[Recipe, ...] = ()
    choices: Mapping[str, bool] = field(default_factory=dict)
    warnings: tuple[Fault, ...] = ()  # choices about lists that there are not; nothing stops for them

    def get(self, id_: str) -> Recipe | None:
        """The recipe of this identifier, or None."""
        return next((recipe for recipe in self.all if recipe.id == id_), None)

    def find(self, id_: str) -> Recipe:
        """The recipe of this identifier. Raises StateFault, with the nearest one that there is."""
        recipe = self.get(id_)
        if recipe is None:
            near = get_close_matches(id_, [known.id for known in self.all], 1)
            remedy = f"did you mean {near[0]}?" if near else "see `filterdns lists sources`"
            raise StateFault(f"{id_}: expected the identifier of a list, got none; {remedy}")
        return recipe

    def is_on(self, recipe: Recipe) -> bool:
        """Whether the list is used: as the household chose, else if it is on by itself. `never` stays off."""
        if recipe.switch == NEVER:
            return False
        return self.choices.get(recipe.id, recipe.switch == ON)


def load_recipes(shipped: Path, overlay: Path | None, table: CategoryTable) -> Recipes:
    """All recipes of both folders. Raises DataFault with all their faults."""
    faults: list[Fault] = []
    loaded, _ = read_recipes(find_sources(shipped, overlay), table, faults)
    if faults:
        raise DataFault(faults)
    return loaded


def read_recipes(
    sources: list[SourceFile], table: CategoryTable, faults: list[Fault], read: ReadDocument = read_document
) -> tuple[Recipes, list[Placed[Recipe]]]:
    """The recipes, and where those of YAML files were written. Faults are noted and the reading goes on."""
    placed: list[Placed[Recipe]] = []
    firsts: dict[str, str] = {}
    for source in sources:
        if source.kind in ("recipes", "household"):
            for entry, recipe in _read_page(source, table, faults, read):
                if recipe.id in firsts:
                    got = f'"{recipe.id}" again (first at {firsts[recipe.id]})'
                    entry.refuse("id", "an identifier once in all files", got, "give one of them another")
                    continue
                firsts[recipe.id] = entry.where
                placed.append(Placed(entry, source, recipe.id.encode(), recipe))
    known = {item.value.id: item.value for item in placed}
    for recipe in own_file_recipes(sources, table, faults):
        if recipe.id in known:
            expected = "a name that no shipped file has"
            faults.append(Fault(recipe.path, "", expected, recipe.id, "rename it, as own/<category>.<label>.txt"))
        known[recipe.id] = recipe
    choices, warnings = _read_choices(sources, known, faults, read)
    return Recipes(tuple(known.values()), choices, tuple(warnings)), placed


def own_file_recipes(sources: Iterable[SourceFile], table: CategoryTable, faults: list[Fault]) -> Iterator[Recipe]:
    """A recipe for each `own/<category>.<label>.txt` (domains with what is below) or `.hosts` (each for itself).

    Its identifier is the file's name as `own/gambling.mine.txt`; it is on, and its keeper is the household.
    """
    for source in sources:
        if source.kind not in ("txt", "hosts"):
            continue
        category = _category(source, table, faults)
        if category is None:
            continue
        subdomains = source.kind == "txt"
        header = _header(source.path, faults)
        yield Recipe(
            id=source.name.removeprefix("overlay/"),
            title=source.path.name,
            category=category.id,
            keeper=_HOUSEHOLD if source.is_overlay else _PROJECT,
            home=header.get("source", ""),
            path=str(source.path),
            format="domains" if subdomains else "hosts",
            licence=header.get("licence", ""),
            subdomains=subdomains,
            subdomains_reason=_OWN_REASON[subdomains],
            trusted_because=recipes.HOUSEHOLD_REASON if source.is_overlay else {},
            least=0,  # a file of one's own that was emptied was meant to be
            most=MOST_OWN_NAMES,
            update_hours=1,  # a look at a file costs nothing
            switch=ON,
            household=source.is_overlay,
            where=source.name,
        )


def _category(source: SourceFile, table: CategoryTable, faults: list[Fault]) -> CategoryRow | None:
    """The category that a plain list is of, if names without reasons may fill it."""
    category, where = table.get(source.subject), str(source.path)
    if category is None:
        known = ", ".join(row.id for row in table.categories)
        faults.append(Fault(where, "", f"a category among {known}", source.subject))
    elif category.id == RESTRICTED:
        faults.append(Fault(where, "", "no list of restricted names", "one", _RESTRICTED_REMEDY))
    elif category.klass is Class.LEGAL:
        faults.append(Fault(where, "", "orders as entries", "an import", _LEGAL_REMEDY))
    elif not category.imports and not source.is_overlay:
        faults.append(Fault(where, "", f"no import for {category.id}", "one", "write entries with reasons"))
    else:
        return category
    return None


def _header(path: Path, faults: list[Fault]) -> dict[str, str]:
    """What the comments at the beginning of a plain list say of it."""
    try:
        with path.open("rb") as file:
            lines = list(islice(iter(lambda: file.readline(MOST_LINE_OCTETS), b""), _MOST_HEADER_LINES))
    except OSError as error:
        faults.append(Fault(str(path), "", "a file that can be read", error.strerror or str(error)))
        return {}
    return read_header(lines)


def _read_page(
    source: SourceFile, table: CategoryTable, faults: list[Fault], read: ReadDocument
) -> Iterator[tuple[Fields, Recipe]]:
    try:
        page = Fields(read(source), faults=faults)
    except DataFault as fault:
        faults += fault.faults
        return
    layer = Layer.OVERLAY if source.is_overlay else Layer.SHIPPED
    yield from recipes.parse(page, table, source.name, Layer.HOUSEHOLD if source.kind == "household" else layer)


def _read_choices(
    sources: Iterable[SourceFile], known: Mapping[str, Recipe], faults: list[Fault], read: ReadDocument
) -> tuple[dict[str, bool], list[Fault]]:
    choices: dict[str, bool] = {}
    warnings = []
    for source in sources:
        if source.kind != "choices":
            continue
        try:
            document = read(source)
        except DataFault as fault:
            faults += fault.faults
            continue
        page = Fields(document, faults=faults if document.data is not None else [])
        for id_ in page.names():
            choices[id_] = page.word(id_, _CHOICES) == "on"
            if id_ not in known:
                remedy = "the list is gone; delete the line"
                warnings.append(page.fault(id_, "the identifier of a list", f'"{id_}"', remedy, what="choice"))
            elif known[id_].switch == NEVER and choices[id_]:
                expected, remedy = "off for a list that is never used", "delete the line"
                warnings.append(page.fault(id_, expected, "on", remedy, what="choice"))
    return choices, warnings
