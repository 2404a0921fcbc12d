"""A bounded place for what can be used again: the least lately used makes room."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from cachetools import LRUCache

if TYPE_CHECKING:
    from collections.abc import Hashable


class Sized(Protocol):
    """What can be kept: it knows how many bytes it takes up."""

    @property
    def size(self) -> int:
        """Bytes, with what it is found by."""


Kept = TypeVar("Kept", bound=Sized)


class Store(Generic[Kept]):
    """Keeps things up to so many bytes together; safe to use from many threads."""

    def __init__(self, most_bytes: int, most_each: int) -> None:
        self.most_each = min(most_each, most_bytes)
        self.hits = 0
        self.misses = 0
        self._lock = threading.Lock()
        self._kept: LRUCache[Hashable, Kept] = LRUCache(max(1, most_bytes), getsizeof=lambda thing: thing.size)

    def get(self, key: Hashable) -> Kept | None:
        """What is kept under the key; counted as a hit or a miss."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                self.misses += 1
            else:
                self.hits += 1
            return found

    def peek(self, key: Hashable) -> Kept | None:
        """What is kept under the key, for one who has been counted already."""
        with self._lock:
            return self._kept.get(key)

    def put(self, key: Hashable, thing: Kept) -> None:
        """Keep it, unless it is larger than one thing may be."""
        with self._lock:
            if thing.size <= min(self.most_each, self._kept.maxsize):
                self._kept[key] = thing

    @property
    def bytes(self) -> int:
        """Bytes in use."""
        return int(self._kept.currsize)

    def __len__(self) -> int:
        return len(self._kept)
