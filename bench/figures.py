"""Figures about municipalities, with their units and years."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.terms import facts, sg, thing, typed
from bench.words import Wording

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from bench.shared import Fact, Shared
    from bench.terms import Values


def observation(shared: Shared, slug: str, random: Random, place: str = "", source: str = "") -> Iterator[Fact]:
    """A figure about a municipality, or about one taken by chance."""
    about = place or random.choice(shared.municipalities)[0]
    return facts(
        "observations",
        thing(f"observation/{slug}"),
        {
            "rdf:type": sg("Observation"),
            "rdfs:label": Wording(f"Andel {slug}", f"Share {slug}"),
            "sg:value": typed(f"{random.randint(0, 100)}.{random.randint(0, 9)}", "decimal"),
            "sg:unit": thing("unit/percent"),
            "sg:period": thing(f"period/{random.randint(2015, 2025)}"),
            "sg:precision": sg("Exactly"),
            "sg:measures": about,
            "sg:basis": sg("Described"),
            "dcterms:source": source or thing("dataset/strategigraf"),
        },
    )


def units() -> Iterator[Fact]:
    """What figures are measured in, and the years they are from."""
    origin: dict[str, Values] = {"sg:basis": sg("Described"), "dcterms:source": thing("dataset/strategigraf")}
    label = Wording("prosent", "per cent")
    yield from facts("observations", thing("unit/percent"), {"rdf:type": sg("Unit"), "rdfs:label": label, **origin})
    for year in range(2015, 2026):
        period: dict[str, Values] = {
            "rdf:type": sg("Period"),
            "rdfs:label": Wording(f"{year}", f"{year}"),
            "sg:year": typed(year, "gYear"),
        }
        yield from facts("observations", thing(f"period/{year}"), {**period, **origin})
