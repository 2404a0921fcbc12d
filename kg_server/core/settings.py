"""Everything that can be set: one table of names, defaults and help."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from kg_server.core.errors import ConfigError
from kg_server.core.namespaces import BASE

if TYPE_CHECKING:
    from collections.abc import Mapping

_ADDRESS = re.compile(r'https?://[^\s<>"{}|^`\\]+/')


def _address(value: str) -> str:
    if value and not _ADDRESS.fullmatch(value):
        raise ValueError("it must be a web address that ends in a slash")
    return value


Address = Annotated[str, AfterValidator(_address)]
"""A web address that ends in a slash, or nothing."""

_RATES = re.compile(r"(?:[1-9][0-9]*/(?:second|minute|hour|day)(?:;\s*(?=[1-9])|$))*")


def _rate(value: str) -> str:
    if not _RATES.fullmatch(value):
        raise ValueError("it must be numbers per second, minute, hour or day, such as 20/second;600/minute")
    return value


Rate = Annotated[str, AfterValidator(_rate)]
"""How often something may happen, or nothing."""


_SERVICE = re.compile(r'https?://[^\s<>"{}|^`\\@/?#]+/[^\s<>"{}|^`\\#]*')


def _services(value: str) -> str:
    if not all(_SERVICE.fullmatch(address) for address in value.split()):
        raise ValueError("it must be web addresses with a path, without a name and password, with spaces between")
    return value


Services = Annotated[str, AfterValidator(_services)]
"""Web addresses with spaces between, or nothing."""

OTHER_VARIABLES = frozenset({"KG_SCREENSHOTS", "KG_SKIP_WEB", "KG_W3C_TESTS"})
"""Variables that begin as settings do and are read elsewhere: by the build of the package, and by its tests."""


_SERVER = re.compile(r"https?://[^\s<>\"{}|^`\\@?#]+")


def _server(value: str) -> str:
    if value and not _SERVER.fullmatch(value):
        raise ValueError("it must be a web address without a name, a password or a question in it")
    return value


Server = Annotated[str, AfterValidator(_server)]
"""Where a SPARQL server takes requests, or nothing."""


FILE = "kg.toml"
_PREFIX = "KG_"


class Settings(BaseModel):
    """Everything that can be set, with its default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    project_dir: Path = Field(Path(), description="Folder that holds ontology/, shapes/, data/ and queries/")
    store_dir: Path = Field(Path("build"), description="Where the built graphs lie, in project_dir unless absolute")
    local_dir: Path = Field(
        Path("local"), description="Where wording loaded from documents lies, in project_dir unless absolute"
    )
    base: Address = Field(BASE, min_length=1, description="Start of every IRI the project makes; ends in a slash")
    language: Literal["nb", "en"] = Field("nb", description="Language of labels where nobody asks for one")
    host: str = Field("127.0.0.1", description="Address the service listens on")
    port: int = Field(8000, ge=0, le=65535, description="Port the service listens on; 0 takes a free one")
    public_url: Address = Field(
        "", description="The address people use, when another server stands in front; ends in a slash"
    )
    workers: int = Field(2, ge=1, le=64, description="Slow queries evaluated at the same time at most")
    fast_seconds: float = Field(0.05, gt=0, description="Processor seconds after which a query is slow")
    query_seconds: float = Field(10.0, gt=0, description="Most seconds one query may take")
    query_megabytes: int = Field(512, ge=32, description="Most megabytes of memory one query may take up")
    max_rows: int = Field(
        500_000, ge=1, description="Most rows or triples of one answer; a longer one is cut and says so"
    )
    max_megabytes: int = Field(
        64, ge=1, description="Most megabytes of one answer, and a quarter of query_megabytes; a longer one is cut too"
    )
    memory_triples: int = Field(
        5_000_000, ge=0, description="Most triples of a graph that is held in memory; a larger one is read from disk"
    )
    queue_seconds: float = Field(5.0, ge=0, description="Most seconds a query waits for a free worker")
    queue_length: int = Field(16, ge=0, le=1000, description="Most queries that wait for a free worker")
    services: Services = Field(
        "", description="Addresses of SPARQL services that queries may name in SERVICE, with spaces between"
    )
    service_seconds: float = Field(5.0, gt=0, description="Most seconds the services a query names may take together")
    cache_megabytes: int = Field(128, ge=0, description="Most megabytes kept of answers to be used again; 0 keeps none")
    cache_answer_megabytes: int = Field(8, ge=1, description="Most megabytes of one answer that is kept")
    unread_megabytes: int = Field(
        512,
        ge=1,
        description="Most megabytes of answers that wait for their readers; beyond it the slowest are cut off",
    )
    reader_kilobytes: int = Field(
        16, ge=0, description="Fewest kilobytes a second a reader may take while an answer waits"
    )
    rate_limit: Rate = Field(
        "", description="How often one client may ask, as in 20/second;600/minute; empty: no limit"
    )
    proxies: int = Field(0, ge=0, le=8, description="Servers in front that say who asks, by X-Forwarded-* headers")
    remote_url: Server = Field("", description="SPARQL server that answers in place of this machine; empty: none does")
    remote_update_url: Server = Field("", description="Where that server takes updates, if not where its kind does")
    remote_dialect: Literal["standard", "virtuoso"] = Field("standard", description="What kind of server that is")
    remote_user: str = Field("", description="Who publishes on that server")
    remote_password: SecretStr = Field(SecretStr(""), description="The password of who publishes; it is never shown")
    hsts_seconds: int = Field(0, ge=0, description="How long browsers shall insist on https; 0 says nothing of it")
    stop_seconds: float = Field(15.0, ge=0, description="Most seconds for requests under way when the service stops")
    log_queries: bool = Field(False, description="Whether the log holds the queries themselves, not only their hash")
    log_clients: bool = Field(False, description="Whether the log holds the addresses of clients")

    @property
    def store(self) -> Path:
        """The folder of the builds."""
        return self.project_dir / self.store_dir

    @property
    def listed_services(self) -> tuple[str, ...]:
        """The services queries may name, each by its address."""
        return tuple(self.services.split())

    @property
    def local(self) -> Path:
        """The folder of wording that stays on this machine."""
        return self.project_dir / self.local_dir


def read_settings(**given: Any) -> Settings:
    """
    The settings in force; `given` is what the command line said, None for what it left out.

    Raises `ConfigError` naming the setting that is unknown or has a wrong value.
    """
    _check_names(os.environ)
    try:
        return Settings(**{name: value for source in reversed(_sources(given)) for name, value in source.items()})
    except ValidationError as exc:
        first = exc.errors()[0]
        raise ConfigError(
            "The setting {name} is wrong: {reason}.",
            hint="`kg settings` lists every setting with its value and where it came from.",
            name=".".join(str(part) for part in first["loc"]),
            reason=first["msg"].removeprefix("Value error, "),
        ) from exc


def origins(given: Mapping[str, Any]) -> dict[str, str]:
    """For every setting, where its value came from: command line, its `KG_*` variable, kg.toml or default."""
    told, in_environment, in_file = _sources(given)

    def origin(name: str) -> str:
        if name in told:
            return "command line"
        if name in in_environment:
            return f"{_PREFIX}{name.upper()}"
        return FILE if name in in_file else "default"

    return {name: origin(name) for name in Settings.model_fields}


def _sources(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """What each place says, strongest first: the command line, the `KG_*` variables, `kg.toml`."""
    told = {name: value for name, value in given.items() if value is not None}
    environment = {name.upper(): value for name, value in os.environ.items()}
    names = {f"{_PREFIX}{name.upper()}": name for name in Settings.model_fields}
    return told, {name: environment[key] for key, name in names.items() if key in environment}, _read_file()


def _read_file() -> dict[str, Any]:
    try:
        return tomllib.loads(Path(FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as exc:
        raise ConfigError("kg.toml cannot be read: {reason}.", reason=str(exc)) from exc


def _check_names(environment: Mapping[str, str]) -> None:
    """Raise `ConfigError` for a variable that looks like a setting and is none."""
    known = {f"{_PREFIX}{name.upper()}" for name in Settings.model_fields} | OTHER_VARIABLES
    for name in sorted(environment):
        if not name.upper().startswith(_PREFIX) or name.upper() in known:
            continue
        near = difflib.get_close_matches(name.upper(), known, n=1)
        raise ConfigError(
            "The environment variable {name} is no setting.",
            hint="Did you mean {near}?" if near else "`kg settings` lists every setting.",
            name=name,
            **({"near": near[0]} if near else {}),
        )
