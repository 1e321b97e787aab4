"""A question about what was fed → a page of it: ingest's list and the index's merged, each digest joined with what became of it.

Ingest knows the digests that were fed last, also those that are still on their way; the index knows all that
came through, however long ago. Where ingest does not answer, what the index and the dead letters know is told.
"""

import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from services.search import reading
from services.search.errors import SearchError
from services.search.fed import joined, merged
from services.search.fed.manifests import Manifests
from services.search.fed.merged import Known, Place
from services.search.models.fed import FedAnswer, FedDigest, FedFilter, FedQuery, StateCounts
from shared.dead_letters.letter import Letter
from shared.dead_letters.register import Register
from shared.text.dates import SHANGHAI

Json = dict[str, Any]

Ask = Callable[[str], Awaitable[Any]]
"""Ingest's answer to a GET of this path, in the name of whoever asks; raises SearchError"""

ROUNDS = 20
"""Pages of either list that are read for one page of ours: more are needed only where most of them are left out."""

COUNTED = 1_000
"""Digests that were fed last, of which those on their way are counted: whatever is on its way came lately."""

IDS = 100
"""Digests that ingest is asked for by id at once"""

INGEST_PAGE = 500
"""Digests of the largest page that ingest gives"""

WITHOUT_INGEST = "只列出已入库的和无法处理的简报，不含刚收到的。"

_DIGEST_ID = re.compile(r"[0-9a-f]{32}")
"""The key of a letter; whatever else was written into a topic has others."""


@dataclass(frozen=True)
class FedList:
    """What the API and the page show; raises SearchError alone."""

    manifests: Manifests
    register: Callable[[], Register]
    letters_read: Callable[[], bool]
    """Whether all dead letters have been read"""

    async def listed(self, query: FedQuery, ask: Ask) -> FedAnswer:
        """A page of the list, with the counts of all states."""
        ingest = _Ingest(ask)
        counts = await self._counts(query, ingest)
        if query.state is None:
            rows, following = await self._all(query, ingest)
        elif query.state == "received":
            rows, following = await self._received(query, ingest)
        elif query.state == "dead":
            rows, following = await self._dead(query, ingest)
        else:
            rows, following = await self._indexed(query, ingest)
        return FedAnswer(
            digests=tuple(rows),
            next=str(following) if following else None,
            counts=counts,
            ingest=_why(ingest.away) if ingest.away else None,
            complete=ingest.complete and self.letters_read(),
        )

    async def one(self, digest_id: str, ask: Ask) -> FedDigest | None:
        """One digest; None where neither ingest nor index nor letters know it."""
        fed = (await _Ingest(ask).by_id([digest_id])).get(digest_id)
        known = (await self.manifests.get([digest_id])).get(digest_id)
        found = self._row(digest_id, fed, known)
        return None if fed is None and known is None and found.letter is None else found

    async def _all(self, query: FedQuery, ingest: "_Ingest") -> tuple[list[FedDigest], Place | None]:
        """Ingest's list, the index's and the dead letters, merged."""
        behind, rows = merged.read(query.cursor), list[FedDigest]()
        letters = self._newest_letters(query) if query.key is None else []  # they don't say who fed them
        for _ in range(ROUNDS):
            size = query.size - len(rows)
            fed, fed_more = await ingest.page(query, behind=behind, size=size)
            indexed = await self.manifests.page(query, behind=behind, size=size)
            by_id = {one["digest_id"]: one for one in fed}
            # A digest that ingest knows stands where its last revision does, which may not be in the index yet.
            dead = _behind(letters, behind)[:size]
            ids = [one["digest_id"] for one in indexed] + [one.digest_id for one in dead]
            elsewhere = by_id | await ingest.by_id([one for one in ids if one not in by_id])
            alone = {one["digest_id"]: one for one in indexed if one["digest_id"] not in elsewhere}
            known = alone | await self.manifests.get([one for one in (*by_id, *ids) if one not in alone])
            page = merged.merged(
                [
                    Known([merged.place(one) for one in fed], fed_more),
                    Known([merged.place(one) for one in indexed], len(indexed) == size),
                    Known([_place(one) for one in dead], len(dead) == size),
                ],
                size,
            )
            standing = {merged.place(one) for one in (*fed, *alone.values())}
            standing |= {_place(one) for one in dead if one.digest_id not in elsewhere and one.digest_id not in known}
            shown = [one.digest_id for one in page.places if one in standing]
            rows += [self._row(one, by_id.get(one), known.get(one)) for one in shown]
            behind = page.following
            if behind is None or len(rows) >= query.size:
                break
        return rows, behind

    async def _received(self, query: FedQuery, ingest: "_Ingest") -> tuple[list[FedDigest], Place | None]:
        """Those of ingest's list that have come to nothing yet."""
        behind, rows = merged.read(query.cursor), list[FedDigest]()
        for _ in range(ROUNDS):
            fed, more = await ingest.page(query, behind=behind, size=INGEST_PAGE)
            under_way = await self._under_way(fed)
            known = await self.manifests.get([one["digest_id"] for one in under_way])
            for one in under_way:
                row = self._row(one["digest_id"], one, known.get(one["digest_id"]))
                if row.state == "received":
                    rows.append(row)
                    if len(rows) == query.size:
                        return rows, merged.place(one)
            if not more:
                return rows, None
            behind = merged.place(fed[-1])
        return rows, behind

    async def _indexed(self, query: FedQuery, ingest: "_Ingest") -> tuple[list[FedDigest], Place | None]:
        """Those that the index knows in that state, also where a later revision is on its way."""
        found = await self.manifests.page(query, behind=merged.read(query.cursor), size=query.size)
        fed = await ingest.by_id([one["digest_id"] for one in found])
        rows = []
        for one in found:
            row = fed.get(one["digest_id"])
            rows.append(self._row(one["digest_id"], row if row and row["revision"] == one["revision"] else None, one))
        return rows, merged.place(found[-1]) if len(found) == query.size else None

    async def _dead(self, query: FedQuery, ingest: "_Ingest") -> tuple[list[FedDigest], Place | None]:
        """Those that could not be processed, by their letters."""
        behind = merged.read(query.cursor)
        letters = _behind(self._newest_letters(query), behind)
        rows: list[FedDigest] = []
        for start in range(0, min(len(letters), ROUNDS * IDS), IDS):
            some = letters[start : start + IDS]
            ids = [letter.digest_id for letter in some]
            fed, known = await ingest.by_id(ids), await self.manifests.get(ids)
            for letter in some:
                behind = _place(letter)
                row = self._row(letter.digest_id, fed.get(letter.digest_id), known.get(letter.digest_id))
                if row.state == "dead" and query.key in (None, row.key_name):
                    rows.append(row)
                    if len(rows) == query.size:
                        return rows, behind
        return rows, behind if len(letters) > ROUNDS * IDS else None

    async def _under_way(self, fed: Sequence[Json]) -> list[Json]:
        """Those of ingest's list that are neither in the index, as its last refresh has it, nor dead letters."""
        indexed = await self.manifests.revisions([one["digest_id"] for one in fed])
        missing = [one for one in fed if indexed.get(one["digest_id"], -1) < one["revision"]]
        return [one for one in missing if self._row(one["digest_id"], one, None).state == "received"]

    def _row(self, digest_id: str, fed: Json | None, manifest: Json | None) -> FedDigest:
        letter = joined.letter_of(self.register(), digest_id)
        return joined.joined(digest_id, fed=fed, manifest=manifest, letter=letter)

    def _letters(self, wanted: FedFilter) -> dict[str, Letter]:
        """The newest letter that stands of each digest that is one of them."""
        register, found = self.register(), dict[str, Letter]()
        for letter in register.letters.values():
            if joined.stands(register, letter) and _DIGEST_ID.fullmatch(letter.digest_id) and _is_wanted(letter, wanted):
                before = found.get(letter.digest_id)
                if before is None or (before.at, before.place) < (letter.at, letter.place):
                    found[letter.digest_id] = letter
        return found

    def _newest_letters(self, wanted: FedFilter) -> list[Letter]:
        return sorted(self._letters(wanted).values(), key=_place, reverse=True)

    async def _counts(self, query: FedQuery, ingest: "_Ingest") -> StateCounts:
        indexed = await self.manifests.counts(query)
        wanted, behind, received, last, more = query.model_copy(update={"state": None}), None, 0, 0, True
        for _ in range(COUNTED // INGEST_PAGE):
            fed, more = await ingest.page(wanted, behind=behind, size=INGEST_PAGE)
            last = len(await self._under_way(fed))
            received += last
            if not more:
                break
            behind = merged.place(fed[-1])
        return StateCounts(
            received=None if ingest.away else received,
            received_at_least=more and last > 0,  # the backlog begins further back
            dead=None if query.key is not None else len(self._letters(query)),
            **indexed,
        )


class _Ingest:
    """Ingest's list; once it does not answer, it is not asked again, and knows nothing."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.away: SearchError | None = None
        self.complete = True

    async def page(self, wanted: FedFilter, *, behind: Place | None, size: int) -> tuple[list[Json], bool]:
        """Those behind a place, and whether there are more."""
        said = {name: value for name, value in wanted.given.items() if name != "state"}
        answer = await self._get(said | ({"cursor": str(behind)} if behind else {}) | {"limit": str(size)})
        return list(answer.get("digests", ())), answer.get("next") is not None

    async def by_id(self, digest_ids: Collection[str]) -> dict[str, Json]:
        """Those of these that it knows."""
        ids, found = list(digest_ids), dict[str, Json]()
        for start in range(0, len(ids), IDS):
            answer = await self._get({"digest_id": ids[start : start + IDS], "limit": str(IDS)})
            found |= {one["digest_id"]: one for one in answer.get("digests", ())}
        return found

    async def _get(self, parameters: dict[str, Any]) -> Json:
        if self.away is not None:
            return {}
        try:
            answer: Json = await self._ask("/v1/digests?" + urlencode(parameters, doseq=True))
        except SearchError as error:
            if error.code != "bad_source":  # no digest is of a source that can't be
                self.away = error
            return {}
        self.complete = self.complete and bool(answer.get("complete", True))
        return answer


def _why(away: SearchError) -> str:
    """What is not listed; and why, where that is no matter of the key's."""
    return WITHOUT_INGEST if away.code in ("key_scope", "key_source") else f"{away.chinese}下面{WITHOUT_INGEST}"


def _place(letter: Letter) -> Place:
    """Where a letter's digest stands: its revision is the time of its receipt; where that can't be read, when it died."""
    ms = letter.revision if letter.revision is not None else round(letter.at.timestamp() * 1000)
    return Place(ms, letter.digest_id)


def _behind(letters: Sequence[Letter], behind: Place | None) -> list[Letter]:
    return [one for one in letters if behind is None or _place(one) < behind]


def _is_wanted(letter: Letter, wanted: FedFilter) -> bool:
    if wanted.source not in (None, letter.source) or not reading.may_read(letter.source):
        return False
    if wanted.day is None:
        return True
    return datetime.fromtimestamp(_place(letter).received_ms / 1000, UTC).astimezone(SHANGHAI).date() == wanted.day
