"""How often and how quickly a process died in, when to start it again out. Pure."""

from dataclasses import dataclass

QUICK_SECONDS = 10.0
"""A process that lived shorter never got to work: starting a service takes 1 to 5 s."""

GIVE_UP_AFTER = 5
"""Quick deaths in a row; with the delays below that is half a minute, after which the reason is not a passing one."""

FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0


@dataclass(frozen=True)
class Deaths:
    """How many quick deaths in a row there were."""

    quick: int = 0

    def after(self, lived: float) -> "Deaths":
        """One more death, of a process that lived so many seconds."""
        return Deaths(self.quick + 1 if lived < QUICK_SECONDS else 0)

    @property
    def delay(self) -> float | None:
        """Seconds to wait before the next start, None to give up."""
        if self.quick >= GIVE_UP_AFTER:
            return None
        return float(min(FIRST_DELAY * 2 ** max(self.quick - 1, 0), LONGEST_DELAY))
