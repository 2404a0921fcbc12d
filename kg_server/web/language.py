"""The reader's language: which it is, and the words of the service in it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.datastructures import LanguageAccept

    from kg_server.core.errors import KgError

LANGUAGES = {"nb": "Norsk bokmål", "en": "English"}
_ALIASES = {"no": "nb", "nn": "nb"}
_LOCALE = Path(__file__).parent / "locale"
_PLACE = "{place}: "


def read_translations() -> dict[str, NullTranslations]:
    """For every language what turns the English messages into it."""
    with (_LOCALE / "nb.po").open("rb") as source:
        catalogue = read_po(source, locale="nb")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return {"nb": Translations(compiled), "en": NullTranslations()}


def named_language(name: str) -> str:
    """
    The language of ours that goes by the name, or nothing; Nynorsk and Norwegian of no kind are answered in Bokmål.

    >>> named_language("nn"), named_language("en"), named_language("de")
    ('nb', 'en', '')
    """
    known = _ALIASES.get(name, name)
    return known if known in LANGUAGES else ""


def choose_language(asked: str | None, accepted: LanguageAccept, default: str) -> str:
    """The language asked for by name, or else the best the browser accepts, or else the default."""
    if named := named_language(asked or ""):
        return named
    known = [default, *(name for name in (*LANGUAGES, *_ALIASES) if name != default)]
    best = accepted.best_match(known, default=default)
    return _ALIASES.get(best, best)


def tell(error: KgError, translations: NullTranslations) -> tuple[str, str]:
    """The sentence of an error and its hint, in the language of the translations; of a path only the last name."""
    values = {name: value.name if isinstance(value, Path) else value for name, value in error.values.items()}
    return _fill(error.message, values, translations), _fill(error.hint, values, translations)


def _fill(template: str, values: Mapping[str, object], translations: NullTranslations) -> str:
    if not template:
        return ""
    place = _PLACE if template.startswith(_PLACE) else ""
    translated: str = translations.gettext(template.removeprefix(place))
    return (place + translated).format(**values)
