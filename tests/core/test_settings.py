from __future__ import annotations

import pytest

from kg_server.core.errors import ConfigError
from kg_server.core.settings import OTHER_VARIABLES, read_settings


@pytest.mark.parametrize(
    ("name", "near"), [("KG_PROT", "KG_PORT"), ("KG_QUERY_SECOND", "KG_QUERY_SECONDS"), ("kg_wokers", "KG_WORKERS")]
)
def test_a_mistyped_variable_is_told_with_what_may_be_meant(
    monkeypatch: pytest.MonkeyPatch, name: str, near: str
) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(ConfigError, match=rf"{name} is no setting\. Did you mean {near}\?"):
        read_settings()


def test_a_variable_like_no_setting_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_ZZZ", "1")
    with pytest.raises(ConfigError, match=r"KG_ZZZ is no setting\. `kg settings` lists every setting\."):
        read_settings()


def test_variables_read_elsewhere_and_settings_in_small_letters_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in OTHER_VARIABLES:
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("kg_port", "8123")
    assert read_settings().port == 8123
