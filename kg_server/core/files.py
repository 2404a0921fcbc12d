"""Reading the project's text files, with the base of the settings in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg_server.core.errors import SourceError
from kg_server.core.namespaces import BASE

if TYPE_CHECKING:
    from pathlib import Path

    from kg_server.core.settings import Settings


def read_text(path: Path, settings: Settings) -> str:
    """The file's text, every IRI of ours under `settings.base`; raises `SourceError` where it is not UTF-8 text."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as exc:
        raise SourceError("The file is not UTF-8 text.", file=path, hint="Save it again as UTF-8.") from exc
    except OSError as exc:
        raise SourceError("The file cannot be read: {reason}.", file=path, reason=exc.strerror or exc) from exc
    return text if settings.base == BASE else text.replace(BASE, settings.base)
