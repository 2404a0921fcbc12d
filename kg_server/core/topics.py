"""The topics that questions are sorted under, in the order people meet them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg_server.core.header import Entry, Header

GAPS = "gaps"
"""The topic of questions that find what is missing: each row of their answer is one gap."""

TOPICS = {
    "sdg": ("Bærekraftsmål", "Sustainable development goals"),
    "eu": ("EU-politikk", "EU policy"),
    GAPS: ("Mangler", "Gaps"),
    "evidence": ("Belegg og sikkerhet", "Evidence and confidence"),
    "partners": ("Partnere og nettverk", "Partners and networks"),
    "cities": ("Byer", "Cities"),
    "plan": ("Strategien selv", "The strategy itself"),
    "frameworks": ("Rammer", "Frameworks"),
    "inference": ("Utledninger", "Inferences"),
    "data": ("Data og kilder", "Data and sources"),
}
"""The name of each topic in nb and en, by the key that the header of a question gives."""


def topic_label(topic: str, language: str) -> str:
    """
    What a topic is called in the language.

    >>> topic_label("gaps", "nb")
    'Mangler'
    """
    nb, en = TOPICS[topic]
    return en if language == "en" else nb


def topic_order(topic: str) -> int:
    """The place of a topic among the topics, from 0."""
    return list(TOPICS).index(topic)


def read_topic(header: Header, entries: dict[str, Entry]) -> str:
    """The topic that the header of a question gives; raises `SourceError` where it gives none of ours."""
    topic = header.text(entries, "topic", header.root.line)
    if topic not in TOPICS:
        raise header.error("The key topic is one of {known}.", entries["topic"].line, known=", ".join(TOPICS))
    return topic
