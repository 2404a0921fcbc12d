"""The wording of generated plans, in both languages: themes, verbs and reasons that are put together by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from random import Random


class Wording(NamedTuple):
    """A text in nb and in en."""

    nb: str
    en: str


_VERBS = (
    Wording("Styrke arbeidet med", "Strengthen the work on"),
    Wording("Samarbeide med andre byer om", "Work with other cities on"),
    Wording("Hente erfaringer om", "Gather experience of"),
    Wording("Søke europeiske midler til", "Seek European funds for"),
    Wording("Dele kunnskap om", "Share knowledge of"),
    Wording("Bygge partnerskap for", "Build partnerships for"),
)
_THEMES = (
    Wording("fornybar energi", "renewable energy"),
    Wording("sirkulær økonomi", "circular economy"),
    Wording("klimatilpasning", "climate adaptation"),
    Wording("god helse", "good health"),
    Wording("utdanning og kompetanse", "education and skills"),
    Wording("likestilling", "gender equality"),
    Wording("rent vann", "clean water"),
    Wording("grønn skipsfart", "green shipping"),
    Wording("digitale tjenester", "digital services"),
    Wording("kunst og kultur", "arts and culture"),
    Wording("inkludering", "inclusion"),
    Wording("trygge lokalsamfunn", "safe communities"),
    Wording("forskning og innovasjon", "research and innovation"),
    Wording("naturmangfold", "biodiversity"),
)
_PLACES = (
    Wording("i hele kommunen", "in the whole municipality"),
    Wording("sammen med næringslivet", "together with business"),
    Wording("for barn og unge", "for children and young people"),
    Wording("langs kysten", "along the coast"),
    Wording("i distriktene", "in the rural districts"),
    Wording("med innbyggerne", "with the residents"),
)
_REASONS = (
    Wording("Teksten nevner temaet uttrykkelig.", "The text names the theme outright."),
    Wording("Virkemidlene er de samme.", "The means are the same."),
    Wording("Sammenhengen er indirekte, gjennom partnerne.", "The connection is indirect, through the partners."),
    Wording("Målgruppen er den delmålet gjelder.", "The group is the one that the target is about."),
    Wording("Det er tatt med hva tiltaket skal føre til.", "What the measure is to lead to is taken into account."),
)


def aim(random: Random) -> Wording:
    """What a goal or a strategy wants."""
    parts = random.choice(_VERBS), random.choice(_THEMES), random.choice(_PLACES)
    return Wording(" ".join(part.nb for part in parts), " ".join(part.en for part in parts))


def reason(random: Random, about: Wording) -> Wording:
    """Why a link about this was judged to hold."""
    first, second = random.sample(_REASONS, 2)
    return Wording(f"«{about.nb}»: {first.nb} {second.nb}", f"“{about.en}”: {first.en} {second.en}")
