"""What the folder of a build holds the graph in."""

from __future__ import annotations

DATASET = "dataset.nq"
"""The quads: the merge as default graph, then every named graph."""
STORE = "store"
"""The folder with the graph as a store on disk, where it has one."""
COLUMNS = "columns"
"""The file with the default graph property by property, where it has one."""
