"""Paths as files: a workbook, CSV, JSON, a drawing, and the triples with all they rest on as Turtle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg_server.ask.grounds import tell_paths
from kg_server.ask.network import KINDS
from kg_server.ask.records import record
from kg_server.ask.trace_queries import evidence_query, form_of, form_query
from kg_server.core.terms import XSD, literal
from kg_server.engine.results import GRAPH_FORMATS, Format, Rows
from kg_server.engine.workbook import write_workbook
from kg_server.web.data import answer_query
from kg_server.web.downloads import answer_file
from kg_server.web.ground_tables import (
    JSON,
    TABLE_FILES,
    answer_csv,
    answer_json,
    table_row,
    tie_cells,
    tie_columns,
)
from kg_server.web.negotiation import WORKBOOK
from kg_server.web.networks import grounds_of
from kg_server.web.site import gettext as _
from kg_server.web.site import the_site
from kg_server.web.sparql import LICENCE
from kg_server.web.step_drawing import draw, to_svg

if TYPE_CHECKING:
    from flask import Response

    from kg_server.ask.grounds import ToldPath
    from kg_server.ask.labels import Named
    from kg_server.ask.network import Network
    from kg_server.ask.traces import End, Found

SVG = Format("image/svg+xml", "svg", "SVG")
TURTLE = GRAPH_FORMATS[0]
FILES = (*TABLE_FILES, SVG, TURTLE)
_STEM = "trace"


def answer_paths(network: Network, found: Found, chosen: Format) -> Response:
    """The paths as a file."""
    if chosen is TURTLE:
        query = evidence_query(network, found.paths)
        return answer_query(query, TURTLE, query)
    language = the_site().language
    if chosen is SVG:
        return answer_file(_drawing(network, found).encode(), SVG, _STEM)
    ties = (step.tie for path in found.paths for step in path.steps)
    grounds = grounds_of(the_site(), network, ties)
    paths = tell_paths(network, found.paths, grounds, language)
    queries = list(dict.fromkeys(form_query(network, found.search, form_of(network, path)) for path in found.paths))
    if chosen is JSON:
        told = {
            "from": found.search.start.word,
            "to": found.search.goal.word,
            "more": found.more,
            "gave_up": found.gave_up,
            "paths": record(tuple(paths)),
            "queries": queries,
        }
        return answer_json(told)
    table = _table(paths, complete=not (found.more or found.gave_up))
    if chosen is WORKBOOK:
        digest = the_site().engine.digest
        data = write_workbook(table, query="\n".join(queries), digest=digest, licence=LICENCE, language=language)
        return answer_file(data, WORKBOOK, _STEM)
    return answer_csv(Rows(table.variables, table.rows), chosen, _STEM)


def _drawing(network: Network, found: Found) -> str:
    """The paths as a drawing that says what it shows and which build it comes from."""
    site = the_site()
    ends = [str(_end(network, end)) for end in (found.search.start, found.search.goal)]
    told = [
        _("Things in columns, joined by lines as thick as the links are sure; the weakest link of a path is dashed."),
        f"{_('Digest of the graph:')} {site.engine.digest}",
    ]
    return to_svg(draw(network, found.paths, site.language), " → ".join(ends), " ".join(told), site.language)


def _end(network: Network, end: End) -> Named:
    """What an end of the paths is called."""
    language = the_site().language
    return network.word(KINDS[end.kind], language) if end.kind else network.name(end.things[0], language)


def _table(paths: list[ToldPath], *, complete: bool) -> Rows:
    """One row for every step, with the number of its path and of itself."""
    columns = (_("Path"), _("Step"), _("Weakest on the path"), _("Is the weakest"), *tie_columns())
    rows = []
    for number, path in enumerate(paths, 1):
        for place, step in enumerate(path.steps, 1):
            cells = (
                literal(str(number), datatype=f"{XSD}integer"),
                literal(str(place), datatype=f"{XSD}integer"),
                literal(str(path.weakest), datatype=f"{XSD}decimal"),
                literal(_("yes") if step.is_weakest else _("no")),
                *tie_cells(step.tie),
            )
            rows.append(table_row(columns, cells))
    return Rows(columns, rows, complete)
