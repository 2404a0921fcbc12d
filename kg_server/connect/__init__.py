"""Reads documents and services outside the project, with provenance."""
