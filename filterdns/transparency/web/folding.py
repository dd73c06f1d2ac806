"""Texts without values are put into the compiled templates: a page has a hundred of them, and looks none of them up.

What is folded is `{% trans %}` and `_("...")` with nothing to fill in, so templates are compiled once for each
language; what then stands beside each other becomes one piece.
"""

from __future__ import annotations

from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

_GETTEXT = ("_", "gettext")


def fixed_text(words: str) -> Markup:
    """A text of a catalogue that has no values. Its own signs of percent are doubled there."""
    return Markup(words.replace("%%", "%"))


class Folding(CodeGenerator):
    """Compiles with the texts of `environment.texts`, a gettext catalogue."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802
        """As it is done always, after the fixed texts have been looked up."""
        _Folder(self.environment.texts.gettext).visit(node)  # type: ignore[attr-defined]
        super().visit_Template(node, frame)


class _Folder(NodeTransformer):
    def __init__(self, gettext: Any) -> None:
        self._gettext = gettext

    def visit_Call(self, node: nodes.Call, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802
        """A call of gettext with a text alone becomes what it gives."""
        node = self.generic_visit(node, *args, **kwargs)
        called = node.node.name if isinstance(node.node, nodes.Name) else ""
        rest = node.kwargs or node.dyn_args or node.dyn_kwargs or len(node.args) != 1
        if called not in _GETTEXT or rest or not isinstance(node.args[0], nodes.Const):
            return node
        return nodes.Const(fixed_text(self._gettext(node.args[0].value)), lineno=node.lineno)

    def generic_visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:
        """Outputs that follow each other become one."""
        node = super().generic_visit(node, *args, **kwargs)
        for field, value in node.iter_fields():
            if isinstance(value, list) and any(isinstance(each, nodes.Output) for each in value):
                setattr(node, field, _joined(value))
        return node


def _joined(body: list[nodes.Node]) -> list[nodes.Node]:
    joined: list[nodes.Node] = []
    for each in body:
        if joined and isinstance(each, nodes.Output) and isinstance(joined[-1], nodes.Output):
            joined[-1].nodes.extend(each.nodes)
        else:
            joined.append(each)
    return joined
