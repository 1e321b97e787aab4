"""How long to wait before the next try: a value with its numbers, and jitter from a given source. Pure."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Backoff:
    """Delays in seconds that double from `first` to `longest`, each with full jitter.

    Full jitter (a delay anywhere between 0 and the bound) spreads the tries of many workers best
    (Exponential Backoff and Jitter, AWS Architecture Blog, 2015); a floor of a tenth keeps it from spinning.
    """

    first: float = 0.5
    longest: float = 30.0
    uniform: Callable[[float, float], float] = random.uniform

    def delays(self) -> Iterator[float]:
        """Delays without end; ask for as many as there are tries."""
        bound = self.first
        while True:
            yield self.uniform(bound / 10, bound)
            bound = min(bound * 2, self.longest)
