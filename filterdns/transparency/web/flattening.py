"""How a page with much traffic becomes one piece before it is compiled.

A page is a base, blocks, included parts and macros of another file.  Jinja makes a context, a generator and objects for
each of these whenever the page is rendered, which was a third of what a page of reasons cost.  Here they are put in
place once, when the page is compiled: blocks and includes as scopes, macros as plain functions.

It knows what the pages' own templates use, and refuses the rest: names of templates are fixed, imports come with the
context and bring macros alone, and no block asks for `super()`.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any, TypeVar

from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer

_Node = TypeVar("_Node", bound=nodes.Node)


def flatten(environment: Environment, page: nodes.Template) -> frozenset[str]:
    """Put in place what a page is made of. Gives the names of all macros in it, which are functions to call as such."""
    begin, blocks, base = _inherited(environment, page)
    inliner = _Inliner(environment, blocks)
    whole = nodes.Template([nodes.Scope([*begin, *base.body], lineno=1)], lineno=1)
    inliner.visit(whole)
    assert not _names(whole, "load") & {"super", "self"}
    macros = _used_macros(whole)
    for call in whole.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in macros:
            _complete(call, macros[call.node.name])
    page.body = [_loads(whole, macros), *whole.body]
    page.set_environment(environment)
    return frozenset(macros)


def _inherited(
    environment: Environment, page: nodes.Template
) -> tuple[list[nodes.Node], dict[str, nodes.Block], nodes.Template]:
    """What a page and its bases do first, the block that counts for each name, and the base of all."""
    begin: list[nodes.Node] = []
    blocks: dict[str, nodes.Block] = {}
    while True:
        for block in page.find_all(nodes.Block):
            blocks.setdefault(block.name, block)
        extends = page.find(nodes.Extends)
        if extends is None:
            return begin, blocks, page
        begin += [each for each in page.body if isinstance(each, (nodes.Assign, nodes.Import, nodes.Macro))]
        page = _parsed(environment, extends.template)


def _parsed(environment: Environment, name: nodes.Expr) -> nodes.Template:
    assert isinstance(name, nodes.Const)
    assert environment.loader is not None
    source, filename, _ = environment.loader.get_source(environment, name.value)
    return environment.parse(source, name.value, filename)


class _Inliner(NodeTransformer):
    def __init__(self, environment: Environment, blocks: dict[str, nodes.Block]) -> None:
        self._environment = environment
        self._blocks = blocks
        self._imported: dict[str, frozenset[str]] = {}  # the macros by the name that the import gave their file

    def visit_Block(self, node: nodes.Block) -> nodes.Node:  # noqa: N802
        return self.generic_visit(nodes.Scope(self._blocks[node.name].body, lineno=node.lineno))

    def visit_Include(self, node: nodes.Include) -> nodes.Node:  # noqa: N802
        return self.generic_visit(nodes.Scope(_parsed(self._environment, node.template).body, lineno=node.lineno))

    def visit_Import(self, node: nodes.Import) -> list[nodes.Node]:  # noqa: N802
        assert node.with_context
        macros = list(_parsed(self._environment, node.template).find_all(nodes.Macro))
        names = frozenset(macro.name for macro in macros)
        self._imported[node.target] = names
        for macro in macros:
            for call in macro.find_all(nodes.Call):
                if isinstance(call.node, nodes.Name) and call.node.name in names:
                    call.node.name = _local(node.target, call.node.name)
        for macro in macros:
            macro.name = _local(node.target, macro.name)
        return [self.visit(macro) for macro in macros]

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:  # noqa: N802
        if isinstance(node.node, nodes.Name) and node.attr in self._imported.get(node.node.name, ()):
            return nodes.Name(_local(node.node.name, node.attr), "load", lineno=node.lineno)
        return self.generic_visit(node)

    def generic_visit(self, node: _Node, *args: Any, **kwargs: Any) -> _Node:
        super().generic_visit(node, *args, **kwargs)
        return node


def _local(file: str, macro: str) -> str:
    return f"{file}_{macro}"


def _used_macros(page: nodes.Template) -> dict[str, nodes.Macro]:
    """The macros by their names, without those that nothing calls, which are left out."""
    while True:
        macros = {macro.name: macro for macro in page.find_all(nodes.Macro)}
        unused = macros.keys() - _names(page, "load")
        if not unused:
            return macros
        _Without(unused).visit(page)


def _names(page: nodes.Template, context: str) -> set[str]:
    return {name.name for name in page.find_all(nodes.Name) if name.ctx == context}


def _complete(call: nodes.Call, macro: nodes.Macro) -> None:
    """Give a function all that it takes: what the call leaves out is what the macro says."""
    assert not any((call.kwargs, call.dyn_args, call.dyn_kwargs))
    left_out = len(macro.args) - len(call.args)
    if left_out:
        call.args.extend(macro.defaults[-left_out:])


def _loads(page: nodes.Template, macros: Container[str]) -> nodes.Node:
    """What comes from outside is looked up here once, and not again in each scope and macro."""
    names = sorted(_names(page, "load") - _names(page, "store") - _names(page, "param") - {"loop"})
    loads: list[nodes.Expr] = [nodes.Name(name, "load", lineno=1) for name in names if name not in macros]
    return nodes.ExprStmt(nodes.Tuple(loads, "load", lineno=1), lineno=1)


class _Without(NodeTransformer):
    def __init__(self, names: Container[str]) -> None:
        self._names = names

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node | None:  # noqa: N802
        return None if node.name in self._names else node
