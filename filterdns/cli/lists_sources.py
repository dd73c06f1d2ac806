"""`filterdns lists sources`: every public list that there is, switched on and off; lists of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from filterdns.cli.lists_options import with_state
from filterdns.cli.lists_update import run_update, update_after_deed
from filterdns.cli.places import load_installed, load_table
from filterdns.clock import Clock
from filterdns.errors import IndexFault
from filterdns.lists.deeds import Deeds
from filterdns.lists.household_lists import NewList
from filterdns.lists.manifest import ListInput
from filterdns.lists.recipe import AUTO, FORMATS, NEVER, Recipe
from filterdns.lists.recipes_file import Recipes
from filterdns.lists.release import open_current
from filterdns.lists.shipped import shipped_folder

RECOMMENDED = "recommended"
ASKED_AT_FIRST = ("adult", "gambling", "p2p")  # categories that a home is asked about ("Decided since" 8)


@click.group("sources", invoke_without_command=True)
@click.option("--state", type=click.Path(path_type=Path, file_okay=False), help="Where lists are kept.")
@click.pass_context
def command(context: click.Context, state: Path | None) -> None:
    """Show every list that there is; switch some on or off, add lists of your own."""
    if context.invoked_subcommand is None:
        context.invoke(show, state=state)


@command.command("show")
@with_state
def show(state: Path) -> None:
    """Show every list: on, off, offered or never used."""
    recipes = load_installed(state)
    used = _used(state)
    width = max((len(recipe.id) for recipe in recipes.all), default=0)
    for category in load_table().categories:
        of_it = [recipe for recipe in recipes.all if recipe.category == category.id]
        if of_it:
            click.echo(f"{category.id}: {category.for_parents['en']}")
        for recipe in of_it:
            names = f"{used[recipe.id].names:,}" if recipe.id in used else ""
            keeper = recipe.keeper.name if not recipe.household else "this household"
            licence = recipe.licence or "licence not known"
            click.echo(f"  {_switch(recipes, recipe):7}  {recipe.id:{width}}  {names:>9}  {keeper}, {licence}")
    click.echo("The number is of names in the copy in use. A list of the public: no person has checked its names.")


@command.command("on")
@click.argument("sources", nargs=-1, required=True, metavar="LIST...")
@with_state
def switch_on(sources: tuple[str, ...], state: Path) -> None:
    """Switch LIST on and fetch it; `recommended`: one list each for adult, gambling and file sharing.

    Nobody has checked the names of a public list one by one.
    """
    recipes = load_installed(state)
    named = _named(sources, recipes)
    for source in named:
        click.echo(_deeds(state).switch(source, True, Clock().when()))
    update_after_deed(state, named)


@command.command("off")
@click.argument("sources", nargs=-1, required=True, metavar="LIST...")
@with_state
def switch_off(sources: tuple[str, ...], state: Path) -> None:
    """Switch LIST off: its names are no longer listed."""
    for source in sources:
        click.echo(_deeds(state).switch(source, False, Clock().when()))
    run_update(state, fetch=False)


@command.command("add")
@click.argument("address", metavar="ADDRESS")
@click.option("--category", required=True, metavar="ID", help="What its names are.")
@click.option("--title", default="", metavar="TEXT", help="What to call it (default: where it comes from).")
@click.option("--format", "form", type=click.Choice((AUTO, *FORMATS)), default=AUTO, help="How it is written.")
@click.option("--no-subdomains", is_flag=True, help="Its names alone, not what lies below them.")
@click.option("--plain-http", default="", metavar="WHY", help="Why an address without TLS is trusted all the same.")
@with_state
def add(address: str, category: str, title: str, form: str, no_subdomains: bool, plain_http: str, state: Path) -> None:
    """Add a list of your own: an https address, or the path of a file or folder of this machine.

    You are its keeper: nobody else checks it, and it never closes a protected name.
    """
    if "://" not in address:
        address = str(Path(address).resolve())
    new = NewList(address, category, title, form, not no_subdomains, plain_http)
    sentence = _deeds(state).add(new)
    click.echo(sentence)
    update_after_deed(state, [sentence.partition(":")[0]])


@command.command("remove")
@click.argument("source", metavar="LIST")
@with_state
def remove(source: str, state: Path) -> None:
    """Remove a list that you added, and its names with it."""
    click.echo(_deeds(state).remove(source))
    run_update(state, fetch=False)


def _deeds(state: Path) -> Deeds:
    return Deeds(shipped_folder(), state)


def _used(state: Path) -> Mapping[str, ListInput]:
    """The lists of the release in force; none if there is no release."""
    try:
        return open_current(state).manifest.lists
    except IndexFault:
        return {}


def _switch(recipes: Recipes, recipe: Recipe) -> str:
    if recipe.switch == NEVER:
        return "never"
    if recipes.is_on(recipe):
        return "on"
    return "off" if recipe.id in recipes.choices else "offered"


def _named(sources: tuple[str, ...], recipes: Recipes) -> list[str]:
    """The lists that were named, `recommended` taken apart."""
    named: list[str] = []
    for source in sources:
        if source == RECOMMENDED:
            named += [r.id for r in recipes.all if r.recommended and r.category in ASKED_AT_FIRST]
        else:
            named.append(source)
    return named
