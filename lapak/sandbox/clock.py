"""The sandbox's clock. A test may set it ahead to see a token expire without waiting for it."""

from __future__ import annotations

import time


class Clock:
    """Real time plus a shift in seconds. The shift lives in memory: a restart tells the true time again."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def now(self) -> float:
        """Unix seconds, shifted."""
        return time.time() + self.ahead_s

    def seconds(self) -> int:
        """Whole Unix seconds, as the platforms write them."""
        return int(self.now())
