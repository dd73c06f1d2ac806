"""design.md, "Imports that must never be", read from the source."""

from __future__ import annotations

import ast
from dataclasses import dataclass

import pytest

from tests.architecture.source import functions, imported_modules, modules, within

R, L, T = "filterdns.resolver", "filterdns.lists", "filterdns.transparency"
CASEBOOK = f"{T}.casebook"
HOUSEHOLD, KEEP, TLOG, LOG = "filterdns.household", "filterdns.keep", "filterdns.tlog", "filterdns.log"
DUTIES = f"{KEEP}.duties"


@dataclass(frozen=True)
class Rule:
    """What lies in `who` (and not in `but_who`) imports nothing in `never`, except what lies in `but`."""

    who: tuple[str, ...]
    never: tuple[str, ...]
    why: str
    but: tuple[str, ...] = ()
    but_who: tuple[str, ...] = ()


# Cores get octets, `now` and random numbers, and give values back.
CORES = (
    *(f"{R}.{part}" for part in ("message", "policy", "cache", "forward", "limits", "pipeline", "miss", "counters")),
    *(f"{L}.{part}" for part in ("parse", "curate", "index")),
    *("filterdns.names", "filterdns.categories", "filterdns.errors", "filterdns.unicode_names"),
    f"{T}.appeals",
    *(f"{T}.numbers.{part}" for part in ("rows", "arithmetic", "hiding", "answered", "standing", "figures")),
    *(f"{T}.numbers.{part}" for part in ("words", "charts", "shown", "written")),
    f"{HOUSEHOLD}.rules",
    TLOG,
)
CHECKER = f"{TLOG}.check_log"  # a program of its own, which waits when a server says so
OUTSIDE = (
    *("asyncio", "uvloop", "socket", "select", "ssl", "aiohttp", "sqlite3", "yaml", "prometheus_client", "logging"),
    *("os", "pathlib", "time", "random", "secrets", "threading", "subprocess", "multiprocessing", "mmap"),
)
HEAVY = (
    "yaml",
    "pydantic",
    "prometheus_client",
    "aiohttp",
    "jinja2",
    "sqlalchemy",
    "dns",
    "idna",
    "publicsuffixlist",
    "cryptography",
)
LISTS_FOR_RESOLVER = (f"{L}.release", f"{L}.index.reader", f"{L}.revocations")
LOG_WRITING = tuple(
    f"{LOG}.{part}"
    for part in (
        *("writing", "recording", "erasing", "keys.life", "keys.key_file"),
        *("offering.collected", "offering.publish", "home.subscribe", "checking.replay"),
    )
)
LIBRARY_OF_SIGNATURES = (f"{TLOG}.ed25519", f"{TLOG}.check_log")

RULES = (
    Rule((R,), (T, HOUSEHOLD, KEEP), "the resolver knows no pages and no desk"),
    Rule((T, HOUSEHOLD, KEEP), (R,), "pages share files with the resolver, not objects"),
    Rule((L,), (R, T, HOUSEHOLD, KEEP), "lists know none of their readers"),
    Rule((TLOG,), ("filterdns",), "the log stands alone", but=("filterdns.errors", TLOG)),
    Rule((LOG,), (R, T, HOUSEHOLD, KEEP), "the log knows none of its readers"),
    Rule(
        tuple(f"{LOG}.{part}" for part in ("record", "reading", "names", "checking")),
        tuple(f"{LOG}.{part}" for part in ("recording", "erasing", "offering.publish", "home")),
        "what reads a log knows nothing of who writes it",
        but=(f"{LOG}.recording.decided", f"{LOG}.recording.inputs"),  # what replaying holds against the log
    ),
    Rule((L,), (LOG, TLOG), "lists are built without a log as well: who records is handed in"),
    Rule((T, R), LOG_WRITING, "only the keeper's children and the command line write the log"),
    Rule((TLOG,), ("cryptography",), "one module knows the library of signatures", but_who=LIBRARY_OF_SIGNATURES),
    Rule((R,), (L,), "the resolver takes the release, its index and what is revoked alone", but=LISTS_FOR_RESOLVER),
    Rule(
        (R,),
        (L,),
        "only the worker and the watches of releases and of revocations touch a release",
        but_who=(f"{R}.worker", f"{R}.release_watch", f"{R}.revocation_watch"),
    ),
    # Suspensions are a file of their own beside the release, and one module alone turns them into what policy knows.
    Rule((R,), (f"{L}.revocations",), "one module reads revocations", but_who=(f"{R}.revocation_watch",)),
    Rule((R,), (LOG, TLOG), "the resolver asks one module whether a log has a release", but=(f"{LOG}.trust",)),
    Rule((R,), (f"{LOG}.trust",), "only the watch of releases asks it", but_who=(f"{R}.release_watch",)),
    Rule(CORES, OUTSIDE, "a core does no input or output and reads no clock", but_who=(CHECKER,)),
    Rule((R,), HEAVY, "a worker is small", but_who=(f"{R}.metrics",)),
    Rule((KEEP,), (*HEAVY, f"{L}.update", f"{L}.build", T), "the keeper is small: its children import what they need",
         but_who=(DUTIES,)),
    # What children do for the desk is a package beside the keeper: `cli` imports it in them, the keeper never does.
    Rule((KEEP,), (DUTIES,), "the keeper does not import what its children do", but_who=(DUTIES,)),
    Rule((R, L, LOG, T), (DUTIES,), "only children of the keeper carry out what the desk decides"),
    Rule((DUTIES,), (f"{T}.web", f"{T}.desk"), "deeds come out of the casebook, not from whoever decided"),
    Rule((f"{R}.servers",), (f"{R}.upstreams",), "servers and upstreams meet in the pipeline"),
    Rule((f"{R}.upstreams",), (f"{R}.servers",), "servers and upstreams meet in the pipeline"),
    Rule(("filterdns",), ("filterdns.config.loader",), "only entry points load configuration",
         but_who=("filterdns.config", "filterdns.cli", "filterdns.__main__")),
    Rule((T,), (f"{L}.build", f"{L}.index.writer", f"{L}.fetch", f"{L}.curate", KEEP), "only `keep` writes lists"),
    Rule(("filterdns",), ("time",), "one module reads the clock",
         but_who=("filterdns.clock", CHECKER)),
    Rule(("filterdns",), ("filterdns.cli",), "nothing needs the command line",
         but_who=("filterdns.cli", "filterdns.__main__")),
    Rule(("filterdns",), ("sqlalchemy",), "one package knows the database", but_who=(CASEBOOK,)),
    Rule(("filterdns",), ("alembic",), "tables are made in a process of its own",
         but_who=(f"{CASEBOOK}.migrate", f"{CASEBOOK}.migrations")),
    Rule(("filterdns",), (f"{CASEBOOK}.migrate",), "tables are made in a process of its own"),
    Rule((CASEBOOK,), (f"{T}.web", f"{T}.desk"), "the casebook knows none of its readers"),
    Rule((R, L, LOG), (CASEBOOK,), "cases are the publisher's desk's"),
    Rule((f"{T}.appeals",), (CASEBOOK,), "what may happen does not depend on where it is kept"),
    Rule(("filterdns",), ("webauthn",), "one module knows the library of passkeys", but_who=(f"{T}.desk.ceremonies",)),
    Rule(("filterdns",), (f"{T}.desk.ceremonies",), "the library of passkeys is imported when a device says something"),
    Rule(("filterdns",), ("dns",), "dnspython judges in the tests (decisions/0005)"),
)  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.who[0]}: {rule.why}")
def test_forbidden_imports_are_not_there(rule: Rule) -> None:
    faults = [
        f"{module}:{what.line} imports {target}"
        for module in modules().values()
        if any(within(module.name, who) for who in rule.who)
        and not any(within(module.name, who) for who in rule.but_who)
        for target, what in imported_modules(module)
        if any(within(target, never) for never in rule.never) and not any(within(target, but) for but in rule.but)
    ]
    assert not faults, f"{rule.why}:\n" + "\n".join(faults)


def test_one_parser_does_not_import_another() -> None:
    parse = f"{L}.parse"
    parsers = {
        name
        for name, module in modules().items()
        if within(name, parse) and any(f.name == "parse" for f in module.tree.body if isinstance(f, ast.FunctionDef))
    }
    faults = [
        f"{modules()[name]}:{what.line} imports {target}"
        for name in parsers
        for target, what in imported_modules(modules()[name])
        if target in parsers
    ]
    assert not faults, "\n".join(faults)


def test_no_circle_of_imports_even_inside_functions() -> None:
    """Imports inside functions count, so that none can dodge a circle; those for types alone do not."""
    graph = {
        name: {t for t, what in imported_modules(module) if t in modules() and not what.typing_only and t != name}
        for name, module in modules().items()
    }
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join([*way[way.index(name) :], name])
        if name not in done:
            for target in sorted(graph[name]):
                visit(target, (*way, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def test_no_star_import_and_no_relative_one() -> None:
    faults = [
        f"{module}:{node.lineno}"
        for module in modules().values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and (node.level or any(alias.name == "*" for alias in node.names))
    ]
    assert not faults, "\n".join(faults)


def test_no_package_passes_on_names_of_its_modules() -> None:
    """A name has one address: `__init__` imports nothing of ours and has no `__all__`."""
    faults = [
        f"{module}:{what.line} imports {target}"
        for module in modules().values()
        if module.is_package
        for target, what in imported_modules(module)
        if within(target, "filterdns")
    ]
    faults += [f"{m} has __all__" for m in modules().values() if m.is_package and "__all__" in m.text]
    assert not faults, "\n".join(faults)


def test_no_function_changes_a_global_of_its_module() -> None:
    """State belongs to objects that are handed in, not to modules."""
    faults = [
        f"{module}:{node.lineno} {function.name}"
        for module in modules().values()
        for function in functions(module.tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Global)
    ]
    assert not faults, "\n".join(faults)
