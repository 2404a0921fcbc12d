"""The command line: turns words into calls, prints, and sets the exit code."""

from __future__ import annotations

from kg_server.cli.app import main

__all__ = ["main"]
