"""The pages that must hold in a browser: what every one of them is asked, and how much it may weigh."""

from __future__ import annotations

from typing import NamedTuple

MOST_HTML = 200_000
MOST_SCRIPT = 60_000
MOST_SCRIPT_OF_DIAGRAMS = 200_000


class Page(NamedTuple):
    """An address of the service over the real graph; `name` is for the file names of screenshots."""

    name: str
    address: str
    most_script: int = MOST_SCRIPT
    status: int = 200


PAGES = (
    Page("home", "/", MOST_SCRIPT_OF_DIAGRAMS),
    Page("sparql", "/sparql", MOST_SCRIPT_OF_DIAGRAMS),
    Page(
        "sparql-answer",
        "/sparql?query=SELECT+*+%7B+%3Fthing+a+%3Fkind+%7D+LIMIT+20",
        MOST_SCRIPT_OF_DIAGRAMS,
    ),
    Page("plan", "/plan"),
    Page("gaps", "/gaps"),
    Page("map", "/map"),
    Page("map-year", "/map?status=Active&year=1990"),
    Page("why", "/why?subject=plan/international-strategy&property=contributesTo&object=sdg:12"),
    Page("ontology", "/ontology"),
    Page("term-class", "/ontology/Strategy"),
    Page("term-property", "/ontology/contributesTo"),
    Page("quality", "/quality"),
    Page("near", "/page/city/gdynja", status=404),
    Page("prefixes", "/prefixes"),
    Page("questions", "/questions"),
    Page("question-form", "/questions/strategies-of-sdg"),
    Page("question-table", "/questions/answers-to-sdg?sdg=12"),
    Page("question-chart", "/questions/links-by-confidence"),
    Page("question-grid", "/questions/sdg-coverage-of-strategies"),
    Page("question-map", "/questions/cities-on-the-map"),
    Page("question-empty", "/questions/weakest-links?below=0.01"),
    Page("question-wrong", "/questions/strongest-links?least=x", status=400),
    Page("api", "/api"),
    Page("strategy-a1", "/page/strategy/a1", MOST_SCRIPT_OF_DIAGRAMS),
    Page("sdg-12-5", "/page/sdg/12.5", MOST_SCRIPT_OF_DIAGRAMS),
    Page("sdg-12", "/page/sdg/12"),
    Page("city-gdynia", "/page/city/gdynia"),
    Page("organisation-uia", "/page/organisation/uia"),
    Page("policy-batteries", "/page/policy/batteries"),
    Page("alignment", "/page/alignment/a1-sdg-12-2"),
    Page("passage", "/page/passage/4-a1"),
    Page("goal", "/page/goal/a-1"),
    Page("partner-role", "/page/partner-role/port"),
    Page("gap", "/page/gap/annex-networks"),
    Page("observation", "/page/observation/education-coverage"),
    Page("municipality", "/page/kommune/4204"),
    Page("graph-strategy", "/graph/strategy", MOST_SCRIPT_OF_DIAGRAMS),
    Page("matrix", "/matrix?open=12"),
    Page("matrix-eu", "/matrix?columns=eu&least=0.7"),
    Page("matrix-focus-areas", "/matrix?rows=focus-area&columns=challenge&status=draft"),
    Page("matrix-cell", "/matrix/cell?row=strategy/a1&column=sdg:12"),
    Page("trace", "/trace"),
    Page("trace-paths", "/trace?from=A1&to=eu-policy&via=target"),
    Page("trace-kinds", "/trace?from=focus-area&to=sdg"),
    Page("search", "/search"),
    Page("search-many", "/search?q=klima"),
    Page("search-kind", "/search?q=plan&kind=sg:Alignment&page=2"),
    Page("search-near", "/search?q=Gdynai"),
    Page("search-nothing", "/find?name=Atlantis"),
    Page("no-such-page", "/nowhere", status=404),
    Page("bad-query", "/sparql?query=SELEKT", MOST_SCRIPT_OF_DIAGRAMS, status=400),
)
