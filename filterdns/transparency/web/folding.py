"""How templates are compiled, so that a page of reasons takes a millisecond and not two.

Texts without values, `{% trans %}` and `_("...")` with nothing to fill in, are put into the compiled template: a page
has a hundred of them.  So templates are compiled once for each language.  What then stands beside each other becomes
one piece.  Methods are called as Python calls them, and words without a sign to escape are not copied.
"""

from __future__ import annotations

import operator
import re
from gettext import NullTranslations
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

_GETTEXT = ("_", "gettext")
_to_escape = re.compile("[&<>\"']").search


def fold(environment: Environment, texts: NullTranslations) -> None:
    """Let an environment compile with the texts of this catalogue."""
    environment.code_generator_class = _Folding
    # What compiled templates use: they see their environment and nothing of this module.
    environment.fixed_texts = texts  # type: ignore[attr-defined]
    environment.escaped = _escaped  # type: ignore[attr-defined]
    environment.called = operator.call  # type: ignore[attr-defined]


def fixed_text(words: str) -> Markup:
    """A text of a catalogue that has no values. Its own signs of percent are doubled there."""
    return Markup(words.replace("%%", "%"))


def _escaped(value: Any) -> str:
    """As `markupsafe.escape`, for what is joined to a page and nothing else."""
    kind = type(value)
    return value if kind is Markup or (kind is str and not _to_escape(value)) else escape(value)


class _Folding(CodeGenerator):
    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802
        _Folder(self.environment.fixed_texts).visit(node)  # type: ignore[attr-defined]
        super().visit_Template(node, frame)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        """A method knows all that it needs; Jinja looks at each callee for what it may want to be given besides."""
        if forward_caller or not isinstance(node.node, nodes.Getattr):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.write("environment.called(")
        self.visit(node.node, frame)
        self.signature(node, frame)
        self.write(")")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        assert not frame.eval_ctx.volatile
        assert frame.eval_ctx.autoescape
        self.write("environment.escaped(")


class _Folder(NodeTransformer):
    def __init__(self, texts: NullTranslations) -> None:
        self._texts = texts

    def visit_Call(self, node: nodes.Call, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802
        """A call of gettext with a text alone becomes what it gives."""
        node = self.generic_visit(node, *args, **kwargs)
        called = node.node.name if isinstance(node.node, nodes.Name) else ""
        rest = node.kwargs or node.dyn_args or node.dyn_kwargs or len(node.args) != 1
        if called not in _GETTEXT or rest or not isinstance(node.args[0], nodes.Const):
            return node
        return nodes.Const(fixed_text(self._texts.gettext(node.args[0].value)), lineno=node.lineno)

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
