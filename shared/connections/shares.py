"""Something that there is only so much of, shared out by name so that nobody takes it all. Pure."""


class Shares:
    """So many bytes, places or connections, and who holds how much.

    A name may hold as much as is left free beside it: one alone gets half, two get a third each, and
    whoever comes new always finds something. These are the dynamic thresholds of switches that share one
    buffer among ports (Choudhury and Hahne, 1998).
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.held = 0
        self._by_name: dict[str, int] = {}

    def of(self, name: str) -> int:
        """What a name holds."""
        return self._by_name.get(name, 0)

    def fits(self, name: str, amount: int = 1) -> bool:
        """Whether a name may hold so much more."""
        return self.of(name) + amount <= self.limit - (self.held + amount)

    def take(self, name: str, amount: int = 1) -> None:
        """Hold so much more, whether it fits or not."""
        self.held += amount
        self._by_name[name] = self.of(name) + amount

    def give(self, name: str, amount: int = 1) -> None:
        """Give so much back."""
        self.held -= amount
        left = self.of(name) - amount
        if left:
            self._by_name[name] = left
        else:
            self._by_name.pop(name, None)
