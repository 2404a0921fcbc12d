from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING

import pytest

from kg_server.ask.cooperations import Cooperation
from kg_server.ask.labels import Named, Text
from kg_server.core.terms import iri
from kg_server.web.mapping import Spot, draw_maps
from kg_server.web.outlines import Outline, read_outlines
from kg_server.web.timeline import draw_timeline

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

WIDE = Outline(900, 600, 850, 400, 1300, "M0 0", "")


def cities(client: FlaskClient, asked: str) -> list[str]:
    body = client.get(f"/map?lang=nb&{asked}").text.partition("<tbody>")[2]
    return re.findall(r'<td><a href="/page/city/[^"]+">([^<]+)</a>', body)


def test_the_table_has_every_cooperation_also_those_without_a_place(real: FlaskClient) -> None:
    page = real.get("/map?lang=nb").text
    assert "14 samarbeid" in page
    assert "Samarbeidsavtalen med Aalborg" in page
    assert {"Gdynia", "Münster", "Walvis Bay", "Rajshahi"} <= set(cities(real, ""))


def test_kind_status_and_year_narrow_the_choice(real: FlaskClient) -> None:
    assert cities(real, "kind=TwinTown") == ["Gdynia", "Münster", "Orléans"]
    assert "Kerava" in cities(real, "year=2019")
    assert "Kerava" not in cities(real, "year=2020")
    assert "Walvis Bay" not in cities(real, "year=2005")
    assert cities(real, "kind=TwinTown&status=Ended") == []


def test_the_year_asked_for_stands_in_the_form(real: FlaskClient) -> None:
    assert '<option value="1990" selected>1990</option>' in real.get("/map?year=1990").text


def test_a_mark_says_in_words_what_it_shows(mapped: FlaskClient) -> None:
    assert 'aria-label="Gdynia: vennskapsby, løper"' in mapped.get("/map?lang=nb").text


def cooperation(since: int | None, until: int | None, *, runs: bool = False) -> Cooperation:
    named = Named(iri("https://example.org/x"), Text("x"))
    return Cooperation(named, named, named, None, None, None, since, until, runs)


def test_bars_run_from_the_year_something_began_to_the_year_it_ended() -> None:
    told = [
        cooperation(2006, None, runs=True),
        cooperation(None, 2015),
        cooperation(2018, 2022),
        cooperation(None, None),
    ]
    timeline = draw_timeline(told, 2026)
    assert timeline is not None
    assert (timeline.first, timeline.last, timeline.length) == (2006, 2026, 21)
    assert {(bar.begin, bar.length, bar.is_whole) for bar in timeline.bars} == {
        (0, 21, True),
        (0, 10, False),
        (12, 5, True),
    }
    assert draw_timeline([cooperation(None, None, runs=True)], 2026) is None


def test_the_years_are_drawn_for_what_has_any(real: FlaskClient) -> None:
    drawn = real.get("/map?lang=nb").text.partition('aria-labelledby="years"')[2].partition("</figure>")[0]
    assert "Fra 1967 til " in drawn
    assert re.search(r"Hjørring</a></span>\s*<span class=\"bar-value\">.*ikke oppgitt.* 2015</span>", drawn)
    assert "Aalborg" not in drawn


@pytest.mark.parametrize("asked", ["kind=Sister", "status=<b>", "year=MMXX", "year=99999999999", "x=1"])
def test_what_the_map_does_not_take_is_refused(real: FlaskClient, asked: str) -> None:
    told = real.get(f"/map?{asked}", headers={"Accept": "text/html"})
    assert told.status_code == 400
    assert "<b>" not in told.text


def test_a_place_lies_where_mercator_puts_it() -> None:
    drawn = Outline(360, 360, 180 / math.pi, 180, 180, "", "")
    assert drawn.place(0, 0) == (180, 180)
    assert drawn.place(60, 10) == (190, round(180 - 180 / math.pi * math.asinh(math.tan(math.radians(60))), 1))


def test_labels_stay_clear_of_marks_and_of_each_other() -> None:
    spots = [Spot(name, "/", at) for name, at in (("Kristiansand", (58.1, 8.0)), ("Hjørring", (57.5, 10.0)))]
    spots.append(Spot("Trollhättan", "/", (58.3, 12.3)))
    marks = draw_maps({"wide": WIDE}, spots)[0].marks
    sides = {mark.spot.label: mark.anchor for mark in marks}
    assert sides["Kristiansand"] == "end"
    assert len({(mark.label_x, mark.label_y) for mark in marks}) == 3


def test_each_spot_is_on_one_map_and_what_is_on_none_is_left_out() -> None:
    maps = {"wide": WIDE, "whole": Outline(900, 900, 143, 450, 450, "M0 0", "")}
    drawn = draw_maps(maps, [Spot("near", "/", (55, 10)), Spot("far", "/", (-20, 30)), Spot("pole", "/", (89.9, 0))])
    assert [(one.name, [mark.spot.label for mark in one.marks]) for one in drawn] == [
        ("wide", ["near"]),
        ("whole", ["far"]),
    ]


def test_without_a_bundle_there_are_no_outlines(tmp_path: Path) -> None:
    assert read_outlines(tmp_path / "outlines.json") == {}
    file = tmp_path / "some.json"
    drawn = {"width": 1, "height": 1, "scale": 1, "x": 0, "y": 0, "land": "M0 0", "borders": ""}
    file.write_text(json.dumps({"europe": drawn}), encoding="utf-8")
    assert read_outlines(file)["europe"].land == "M0 0"
