"""Medians, percentiles and ratios of measured seconds."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def median(values: Sequence[float]) -> float | None:
    """
    The middle value, or nothing where there are none.

    >>> median([3.0, 1.0, 2.0])
    2.0
    """
    return statistics.median(values) if values else None


def percentile(values: Sequence[float], share: float) -> float | None:
    """
    The smallest value that at least this share of the values does not exceed.

    >>> percentile([1.0, 2.0, 3.0, 4.0], 0.5)
    2.0
    >>> percentile(range(1, 101), 0.99)
    99
    """
    return sorted(values)[max(math.ceil(share * len(values)) - 1, 0)] if values else None


def ratio(other: float | None, ours: float | None) -> float | None:
    """
    How many times faster we are: their time over ours, or nothing where one of them is not known.

    >>> ratio(0.3, 0.1)
    3.0
    """
    return round(other / ours, 6) if other is not None and ours else None
