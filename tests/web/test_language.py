from __future__ import annotations

import re

from babel.messages.pofile import read_po

from kg_server.core.errors import SourceError
from kg_server.web.language import read_translations, tell
from tests.web.messages import PACKAGE, shown

FIELD = re.compile(r"%\(\w+\)s|\{\w*(?::\w+)?\}")


def catalogue() -> dict[str, str]:
    with (PACKAGE / "web" / "locale" / "nb.po").open("rb") as source:
        messages = read_po(source, locale="nb")
    found: dict[str, str] = {}
    for message in messages:
        assert not message.fuzzy or not message.id
        if isinstance(message.id, str):
            found[message.id] = str(message.string)
        else:
            found |= dict(zip(message.id, tuple(message.string or ()), strict=True))
    return {name: text for name, text in found.items() if name}


def test_every_message_has_a_translation() -> None:
    known = catalogue()
    assert sorted(message for message in shown() if not known.get(message)) == []


def test_no_translation_is_left_over() -> None:
    assert sorted(set(catalogue()) - shown()) == []


def test_every_translation_has_the_fields_of_its_message() -> None:
    wrong = {
        message: text for message, text in catalogue().items() if set(FIELD.findall(text)) - set(FIELD.findall(message))
    }
    assert wrong == {}


def test_an_error_is_told_in_the_language_of_the_reader() -> None:
    error = SourceError("The file is not UTF-8 text.", file="data/a.ttl", line=3, hint="Save it again as UTF-8.")
    languages = read_translations()
    assert tell(error, languages["nb"]) == ("data/a.ttl:3: Fila er ikke UTF-8-tekst.", "Lagre den på nytt som UTF-8.")
    assert tell(error, languages["en"]) == ("data/a.ttl:3: The file is not UTF-8 text.", "Save it again as UTF-8.")
