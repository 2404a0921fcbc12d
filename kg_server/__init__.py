"""Strategigraf: a municipality's international strategy as a knowledge graph that can be asked."""

__version__ = "0.1.0"
