"""Every sentence the package shows, found where it is written."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.extract import extract_from_dir

from kg_server.core import errors

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(errors.__file__).parents[1]
_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
_ERRORS = {
    name for name, item in vars(errors).items() if isinstance(item, type) and issubclass(item, errors.KgError)
} | {"error", "__init__"}
_HINTS = ("hint", "message")


def shown() -> set[str]:
    """The messages of templates and pages, and the sentences and hints of errors."""
    found: set[str] = set()
    for _, _, message, _, _ in extract_from_dir(
        PACKAGE, _METHODS, keywords={"_": None, "gettext": None, "ngettext": (1, 2)}
    ):
        found.update([message] if isinstance(message, str) else message)
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            found.update(_sentences(node))
    return found


def _sentences(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        is_log = getattr(getattr(node.func, "value", None), "attr", "") == "logger"
        if name in _ERRORS and not is_log and node.args:
            yield from _texts(node.args[0])
        for keyword in node.keywords:
            if keyword.arg == "hint":
                yield from _texts(keyword.value)
    if isinstance(node, ast.Assign) and any(getattr(target, "id", "") in _HINTS for target in node.targets):
        yield from _texts(node.value)


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _texts(value)
