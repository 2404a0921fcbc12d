"""What one app holds for its lifetime, and what one request knows of its reader."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from flask import current_app, g, request

from kg_server.ask.indexes import Indexes
from kg_server.engine.base import Changing
from kg_server.web.answers import RememberingEngine
from kg_server.web.language import choose_language, named_language
from kg_server.web.urls import Urls, root_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from babel.support import NullTranslations

    from kg_server.ask.catalog import Query
    from kg_server.core.settings import Settings
    from kg_server.engine.base import Engine
    from kg_server.engine.dataset_files import DataFiles
    from kg_server.web.assets import Assets
    from kg_server.web.outlines import Outline

_KEY = "strategigraf"
Kept = TypeVar("Kept")


@dataclass
class Holdings:
    """The parts an app is made of; `data_files` where files are served as they are instead of a build."""

    settings: Settings
    engine: Engine
    catalog: Mapping[str, Query]
    languages: Mapping[str, NullTranslations]
    assets: Assets
    outlines: Mapping[str, Outline]
    data_files: DataFiles | None = None
    kept: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    indexes: Indexes = field(init=False)

    def __post_init__(self) -> None:
        self.indexes = Indexes(self.settings)


@dataclass(frozen=True)
class Site:
    """The app as one request sees it: in the reader's language."""

    holdings: Holdings
    language: str
    urls: Urls
    engine: Engine
    """What answers queries: one build for the whole request."""

    @property
    def settings(self) -> Settings:
        """What has been set."""
        return self.holdings.settings

    @property
    def data_files(self) -> DataFiles | None:
        """The files that are served as they are, if it is not a build of ours."""
        return self.holdings.data_files

    @property
    def base(self) -> str:
        """Where every IRI of ours begins."""
        return self.holdings.settings.base

    @property
    def translations(self) -> NullTranslations:
        """The words of the service."""
        return self.holdings.languages[self.language]

    def keep(self, name: str, make: Callable[[], Kept], *, has_words: bool = True) -> Kept:
        """
        What `make` gives, made once for each build: it cannot change while the build is served.

        What `has_words` is made for each language.
        """
        kept, key = self.holdings.kept, (self.engine.digest, self.language if has_words else "", name)
        with self.holdings.lock:
            if key not in kept:
                for old in [other for other in kept if other[0] != key[0]]:
                    del kept[old]
                kept[key] = make()
            return cast("Kept", kept[key])


def hold(extensions: dict[str, Any], holdings: Holdings) -> None:
    """Give an app its parts."""
    extensions[_KEY] = holdings


def the_site() -> Site:
    """The site as the request at hand sees it."""
    if "site" not in g:
        holdings = cast("Holdings", current_app.extensions[_KEY])
        asked = request.args.get("lang")
        language = choose_language(asked, request.accept_languages, holdings.settings.language)
        kept = named_language(asked or "")
        urls = Urls(root_of(holdings.settings.public_url), holdings.settings.base, kept)
        g.site = Site(holdings, language, urls, _view(holdings.engine))
    return cast("Site", g.site)


def _view(engine: Engine) -> Engine:
    """The engine as the request at hand sees it; it is let go of with the request, not with a long answer."""
    if not isinstance(engine, Changing):
        return engine
    view = engine.view(request.environ.get("waitress.client_disconnected", lambda: False))
    g.view = view
    return engine.over(view) if isinstance(engine, RememberingEngine) else view


def let_go(_error: BaseException | None) -> None:
    """Let go of what the request saw of the engine."""
    view = g.pop("view", None)
    if view is not None:
        view.close()


def gettext(message: str) -> str:
    """The message in the reader's language."""
    return the_site().translations.gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """The message for the number, in the reader's language."""
    return the_site().translations.ngettext(singular, plural, number)
