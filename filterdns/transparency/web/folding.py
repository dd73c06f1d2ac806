"""How templates are compiled, so that a page of reasons takes one millisecond in all, and not two.

Texts without values, `{% trans %}` and `_("...")` with nothing to fill in, are put into the compiled template: a page
has a hundred of them.  So templates are compiled once for each language.  What then stands beside each other becomes
one piece.  Methods are called as Python calls them, and words without a sign to escape are not copied.

Pages with much traffic are put in one piece besides (`flattening`).  In these all calls and attributes are Python's
own, macros are functions, and a text with values is as many pieces.  That takes rendering a page of reasons from 0.85
milliseconds to 0.3, with the pool of names of `tests.bench.why` in process.
"""

from __future__ import annotations

import re
from gettext import NullTranslations
from typing import Any, cast

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from jinja2.idtracking import VAR_LOAD_RESOLVE
from jinja2.utils import _PassArg
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from filterdns.transparency.web.flattening import flatten

_GETTEXT = ("_", "gettext")
_VALUE = re.compile(r"%\((\w+)\)s")
_DOUBLED = "\0"  # stands for a doubled sign of percent while values are looked for
_to_escape = re.compile("[&<>\"']").search


def fold(environment: Environment, texts: NullTranslations, in_one_piece: frozenset[str]) -> None:
    """Let an environment compile with the texts of this catalogue."""
    environment.code_generator_class = _Folding
    # What compiled templates use: they see their environment and nothing of this module.
    environment.fixed_texts = texts  # type: ignore[attr-defined]
    environment.escaped = _escaped  # type: ignore[attr-defined]
    environment.in_one_piece = in_one_piece  # type: ignore[attr-defined]


def fixed_text(words: str) -> Markup:
    """A text of a catalogue that has no values. Its own signs of percent are doubled there."""
    return Markup(words.replace("%%", "%"))


def _escaped(value: Any) -> str:
    """As `markupsafe.escape`, for what is joined to a page and nothing else."""
    kind = type(value)
    return value if kind is Markup or (kind is str and not _to_escape(value)) else escape(value)


class _Folding(CodeGenerator):
    _macros: frozenset[str] = frozenset()  # of a page in one piece: plain functions, whose result needs no escape
    _is_flat = False

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802
        if self.name in self.environment.in_one_piece:  # type: ignore[attr-defined]
            self._macros, self._is_flat = flatten(self.environment, node), True
        _Folder(self.environment.fixed_texts).visit(node)  # type: ignore[attr-defined]
        super().visit_Template(node, frame)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        """A call as Python has it; Jinja looks at each callee, each time, for what it may want to be given besides."""
        named = isinstance(node.node, nodes.Name) and not self._is_flat
        if forward_caller or named or node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        if isinstance(node.node, nodes.Name) and self._wants_context(node.node, frame):
            self.write("context, ")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")

    def _wants_context(self, name: nodes.Name, frame: Frame) -> bool:
        load = frame.symbols.find_load(frame.symbols.ref(name.name))
        is_global = load is not None and load[0] == VAR_LOAD_RESOLVE
        return is_global and _PassArg.from_obj(cast(Any, self.environment.globals.get(name.name))) is _PassArg.context

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        """In a page in one piece an attribute is an attribute, and never a key."""
        if not self._is_flat:
            super().visit_Getattr(node, frame)
            return
        self.visit(node.node, frame)
        self.write(f".{node.attr}")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        if not self._is_flat:
            super().macro_def(macro_ref, frame)
            return
        assert not any((macro_ref.accesses_caller, macro_ref.accesses_kwargs, macro_ref.accesses_varargs))
        self.write("macro")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        assert not frame.eval_ctx.volatile
        assert frame.eval_ctx.autoescape
        is_macro = isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in self._macros
        self.write("(" if is_macro else "environment.escaped(")


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

    def visit_Output(self, node: nodes.Output, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802
        """A text with values becomes its parts and the values between them."""
        node = self.generic_visit(node, *args, **kwargs)
        node.nodes = [piece for each in node.nodes for piece in (self._pieces(each) or [each])]
        return node

    def _pieces(self, called: nodes.Expr) -> list[nodes.Expr]:
        """The parts of what a call of gettext gives; [] for what is another call, or fills in what it was not given."""
        if not isinstance(called, nodes.Call) or not isinstance(called.node, nodes.Name):
            return []
        if called.node.name not in _GETTEXT or len(called.args) != 1 or not isinstance(called.args[0], nodes.Const):
            return []
        values = {keyword.key: keyword.value for keyword in called.kwargs}
        parts = _VALUE.split(self._texts.gettext(called.args[0].value).replace("%%", _DOUBLED))
        if not values.keys() >= set(parts[1::2]) or "%" in "".join(parts[::2]):
            return []
        return [
            values[part] if at % 2 else nodes.TemplateData(part.replace(_DOUBLED, "%"), lineno=called.lineno)
            for at, part in enumerate(parts)
        ]

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
