"""What docs/operate.md and the files in deploy/ say holds."""

from __future__ import annotations

import contextlib
import re
import shutil
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bench.process import free_port
from kg_server.core import errors
from kg_server.core.namespaces import BASE
from kg_server.core.settings import Settings, read_settings
from tests.engine.stores import write_store
from tests.serving import serving
from tests.web.conftest import app, client, web_engine, web_settings

if TYPE_CHECKING:
    import http.client
    from collections.abc import Iterator

    from flask.testing import FlaskClient


__all__ = ["app", "client", "web_engine", "web_settings"]

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs/operate.md").read_text(encoding="utf-8")
DEPLOY = ROOT / "deploy"
OTHER_WORDS = {"query_hash", "request_id", "client_max_body_size", "proxy_pass"}


def test_every_setting_it_names_exists() -> None:
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", GUIDE)) - OTHER_WORDS
    named = {name for name in named if not name.startswith(("kg_", "process_"))}
    assert {"public_url", "proxies", "rate_limit", "stop_seconds"} <= named | {"proxies"}
    assert named <= set(Settings.model_fields)


def test_every_setting_of_the_unit_exists() -> None:
    lines = (DEPLOY / "strategigraf.env").read_text(encoding="utf-8").splitlines()
    given = dict(line.removeprefix("KG_").split("=", 1) for line in lines if not line.startswith("#"))
    assert read_settings(**{name.lower(): value for name, value in given.items()}).proxies == 1


def test_it_names_every_metric_that_is_counted_and_no_other(client: FlaskClient) -> None:
    client.get("/sparql?query=ASK%7B%7D", buffered=True)
    told = re.findall(r"^# TYPE (kg_\w+)", client.get("/metrics").text, re.MULTILINE)
    counted = {name for name in told if not name.endswith("_created")}
    assert counted == set(re.findall(r"`(kg_[a-z_]+)`", GUIDE))


def test_every_error_it_names_exists() -> None:
    for name in re.findall(r"`(Engine\w+|Query\w+)`", GUIDE):
        assert hasattr(errors, name)


def test_every_file_it_names_is_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", GUIDE)
    assert links
    for link in links:
        assert (ROOT / "docs" / link).exists()


@pytest.mark.parametrize("kind", ["id", "ontology", "graph"])
def test_the_rules_for_w3id_are_the_same_in_both_places(kind: str) -> None:
    rules = (DEPLOY / "w3id.htaccess").read_text(encoding="utf-8").splitlines()
    rule = next(line for line in rules if line.startswith(f"RewriteRule ^{kind}"))
    assert rule in GUIDE


@pytest.mark.parametrize(
    "iri", ["id/strategy/a1", "ontology", "ontology/0.1.0", "ontology#Strategy", "graph/strategy", "id/sdg/12.5", ""]
)
def test_every_name_leads_here_by_the_rules_for_w3id(iri: str, client: FlaskClient) -> None:
    path = (BASE + iri).removeprefix(BASE).partition("#")[0]
    rules = (DEPLOY / "w3id.htaccess").read_text(encoding="utf-8")
    for pattern, target in re.findall(
        r"^RewriteRule (\S+) https://strategigraf\.example\.no(\S+) ", rules, re.MULTILINE
    ):
        found = re.match(pattern, path)
        if found:
            address = found.expand(target.replace("$1", r"\1"))
            assert client.get(address, headers={"Accept": "text/turtle, text/html;q=0.5"}).status_code in (200, 303)
            return
    pytest.fail(f"no rule for {iri}")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    unit = (DEPLOY / "strategigraf.service").read_text(encoding="utf-8")
    program = re.sub(r"^ExecStart=.*$", f"ExecStart={shutil.which('true')}", unit, flags=re.MULTILINE)
    (tmp_path / "strategigraf.service").write_text(program, encoding="utf-8")
    command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / "strategigraf.service")]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed (Debian: nginx-light)")
def test_a_service_behind_nginx_knows_how_people_reach_it(tmp_path: Path) -> None:
    write_store(tmp_path / "build", "<http://e/a> <http://e/b> <http://e/c> .")
    (tmp_path / "queries").mkdir()
    port = free_port()
    public = f"https://127.0.0.1:{port}/"
    with serving(project_dir=tmp_path, proxies="1") as service, nginx(tmp_path, port, service):
        trusted = ssl.create_default_context(cafile=tmp_path / "cert.pem")
        forged = {"X-Forwarded-For": "192.0.2.9", "X-Forwarded-Host": "evil.example", "Accept": "text/turtle"}
        with open_when_there(urllib.request.Request(f"{public}sparql", headers=forged), trusted) as answer:
            told = answer.read().decode()
            assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"])
        assert f"<{public}sparql>" in told
        assert "evil" not in told
        with open_when_there(urllib.request.Request(f"{public}metrics"), trusted) as answer:
            assert "kg_requests_total" in answer.read().decode()


@contextlib.contextmanager
def nginx(folder: Path, port: int, service: str) -> Iterator[None]:
    """nginx with the site as it is in deploy/, but for ports, addresses and the certificate."""
    subject = ("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1")
    made = ("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"))
    subprocess.run(["openssl", "req", "-x509", "-nodes", "-newkey", "rsa:2048", *subject, *made], check=True)
    site = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("http://127.0.0.1:8000", service.rstrip("/")),
        ("/etc/ssl/strategigraf/fullchain.pem", f"{folder}/cert.pem"),
        ("/etc/ssl/strategigraf/privkey.pem", f"{folder}/key.pem"),
        ("proxy_set_header Host $host;", f"proxy_set_header Host $host:{port};"),
        ("X-Forwarded-Host $host;", f"X-Forwarded-Host $host:{port};"),
    ):
        assert old in site
        site = site.replace(old, new)
    site = re.sub(r"^ *listen \[::\].*$", "", site, flags=re.MULTILINE)
    kept = "".join(f"{name}_temp_path {folder};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    main = f"daemon off; pid {folder}/pid; error_log stderr; events {{}} http {{ access_log off; {kept} {site} }}"
    (folder / "nginx.conf").write_text(main, encoding="utf-8")
    command = ["nginx", "-e", "stderr", "-c", str(folder / "nginx.conf"), "-p", str(folder)]
    subprocess.run([*command, "-t"], check=True)
    with subprocess.Popen(command) as process:
        try:
            yield
        finally:
            process.terminate()


def open_when_there(request: urllib.request.Request, trusted: ssl.SSLContext) -> http.client.HTTPResponse:
    """The answer, once somebody listens."""
    for _ in range(100):
        with contextlib.suppress(urllib.error.URLError):
            answer: http.client.HTTPResponse = urllib.request.urlopen(request, context=trusted, timeout=10)
            return answer
        time.sleep(0.1)
    pytest.fail(f"nobody answers at {request.full_url}")


def test_the_unit_gives_the_service_time_to_stop() -> None:
    unit = (DEPLOY / "strategigraf.service").read_text(encoding="utf-8")
    found = re.search(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)
    assert found
    assert int(found[1]) > read_settings().stop_seconds + 5
