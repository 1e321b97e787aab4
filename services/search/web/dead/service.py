"""Questions about dead letters and what is to be done with them → answers: the monitor's register, and Kafka for the letters' own records."""

import asyncio
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace

import orjson

from services.search.errors import BadRequest, KafkaAway, NotFound
from services.search.models.dead_letters import (
    AT_ONCE,
    ActionRequest,
    DeadFilter,
    DeadQuery,
    DoneAnswer,
    HeaderAnswer,
    LetterAnswer,
    LettersAnswer,
    RefusedAnswer,
    WholeLetter,
    group_answer,
    letter_facts,
    meaning,
    operation_answer,
)
from services.search.web.dead.runs import Run, Runs
from shared.dead_letters import export, selection
from shared.dead_letters.actions import Done, Operator
from shared.dead_letters.excerpt import excerpt
from shared.dead_letters.groups import Group, groups
from shared.dead_letters.headers import PREFIX, SourceRecord
from shared.dead_letters.letter import Letter, Place
from shared.dead_letters.reading import originals
from shared.dead_letters.register import Register
from shared.dead_letters.selection import Filter, Plan
from shared.errors import Rejected, Unavailable
from shared.kafka.scan import Scanner
from shared.log import get
from shared.settings import KafkaSettings
from shared.topics import Topics

_log = get(__name__)

HEADER_LENGTH = 500
EXPORT_BYTES = 64 * 2**20
"""Of one download, which is made in memory; more goes by `jianbao dead export`."""
EXPORT_LETTERS = 200
FETCH_BYTES = 24 * 2**20
"""More than the dead topic's largest record."""

RATE = 20
"""Letters a second of a run, as the command's default: digests that come meanwhile are not held up."""
KEPT = 50
"""Answers by group that are kept until a letter changes: ten thousand letters take some 50 ms to group, a hundred thousand a second."""
MOST_OF_RUN = 100_000
"""As many as the register keeps; at RATE some 80 minutes, and it can be stopped."""


class DeadLetterService:
    """Everything that the API and the pages do with dead letters; raises SearchError alone."""

    def __init__(self, register: Callable[[], Register], complete: Callable[[], bool], kafka: KafkaSettings, topics: Topics) -> None:
        """`register` gives the letters as they were seen last, `complete` whether all have been read."""
        self._book, self._complete, self._kafka, self._topics = register, complete, kafka, topics
        self._one_at_a_time = asyncio.Lock()
        self.runs = Runs()
        self._edition = -1
        self._grouped: dict[tuple[tuple[str, str], ...], Sequence[Group]] = {}

    @property
    def register(self) -> Register:
        """All letters, as they were seen last."""
        return self._book()

    @property
    def complete(self) -> bool:
        """Whether all of them have been read."""
        return self._complete()

    def chosen(self, wanted: DeadFilter) -> tuple[Register, Sequence[Letter]]:
        """The letters that are asked for, newest first, and the register that knows their states."""
        register = self._book()
        return register, selection.chosen(register, wanted.filter())

    def groups(self, wanted: DeadFilter) -> Sequence[Group]:
        """The letters that are asked for, by stage and error; the same again while no letter has changed."""
        register = self._book()
        if self._edition != register.edition:
            self._edition, self._grouped = register.edition, {}
        key = tuple(sorted(wanted.given.items()))
        if (known := self._grouped.get(key)) is not None:
            return known
        made = groups(register, selection.chosen(register, wanted.filter()), topics=(self._topics.raw.name, self._topics.enriched.name))
        if wanted.since is None and wanted.until is None and len(self._grouped) < KEPT:  # times may count from now
            self._grouped[key] = made
        return made

    def list(self, query: DeadQuery) -> LettersAnswer:
        """A page of letters with the groups of all."""
        register, letters = self.chosen(query)
        return LettersAnswer(
            total=len(letters),
            letters=tuple(LetterAnswer(**letter_facts(letter, register)) for letter in letters[query.skip : query.skip + query.limit]),
            groups=tuple(group_answer(group) for group in self.groups(DeadFilter(**query.given))),
            complete=self._complete(),
        )

    async def whole(self, where: Place) -> WholeLetter:
        """One letter with its history and the beginning of its bytes; raises NotFound."""
        letter, record = await self.original(where)
        register = self._book()
        earlier = register.lineage(where)
        return WholeLetter(
            **letter_facts(letter, register),
            headers=tuple(
                HeaderAnswer(name=name, value=excerpt(value, length=HEADER_LENGTH)) for name, value in record.headers if not name.startswith(PREFIX)
            ),
            **meaning(letter),
            beginning=excerpt(record.value),
            history=tuple(operation_answer(one) for place in (*(one.place for one in earlier), where) for one in register.history(place)),
            earlier=tuple(LetterAnswer(**letter_facts(one, register)) for one in earlier),
        )

    async def original(self, where: Place) -> tuple[Letter, SourceRecord]:
        """A letter with its record; raises NotFound."""
        letter = self._letter(where)
        async with self._scanner() as scanner:
            async for _, record in originals(scanner, self._topics.dead.name, [where]):
                return letter, record
        raise NotFound(f"letter {where} was deleted by Kafka just now")

    async def archive(self, wanted: Filter) -> bytes:
        """A zip of the letters' bytes, each with its facts as JSON; raises BadRequest when that is too much for one download."""
        register = self._book()
        letters = {letter.place: letter for letter in selection.chosen(register, wanted)}
        size = sum(letter.size for letter in letters.values())
        if len(letters) > EXPORT_LETTERS or size > EXPORT_BYTES:
            raise BadRequest(
                f"{len(letters)} letters with {size:,} bytes are more than one download takes ({EXPORT_LETTERS}, {EXPORT_BYTES:,} bytes): "
                "narrow the filter, or use `jianbao dead export`"
            )
        made = io.BytesIO()
        async with self._scanner() as scanner:
            with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
                async for place, record in originals(scanner, self._topics.dead.name, list(letters)):
                    name = export.name(letters[place])
                    facts = export.sidecar(letters[place], register.standing(place), record, register.history(place))
                    await asyncio.to_thread(packed.writestr, f"{name}.bin", record.value or b"")
                    packed.writestr(f"{name}.json", orjson.dumps(facts, option=orjson.OPT_INDENT_2))
        return made.getvalue()

    def plan(self, doing: ActionRequest, action: selection.Action, *, most: int = AT_ONCE) -> tuple[Plan, int]:
        """What would be done, and how many are left beyond `most`."""
        register = self._book()
        if doing.letters:
            letters = [self._letter(Place(*map(int, name.split("/")))) for name in dict.fromkeys(doing.letters)]
        else:
            letters = selection.chosen(register, doing.filter())
        topics = self._topics.raw.name, self._topics.enriched.name
        made = selection.plan(register, letters, action, topics=topics, force=doing.force)
        return replace(made if doing.letters else made.filtered(), letters=made.letters[:most]), max(0, len(made.letters) - most)

    async def do(self, doing: ActionRequest, action: selection.Action, *, by: str) -> DoneAnswer:
        """Send letters again or discard them; answers once Kafka has acknowledged all."""
        if doing.dry_run:
            plan, remaining = self.plan(doing, action)
            return _answer(plan, plan.letters, (), remaining, dry_run=True)
        async with self._one_at_a_time:  # so that of two who press at once the second sees what the first did
            plan, remaining = self.plan(doing, action)
            operator = Operator(self._kafka, self._topics, by, doing.reason)
            done = await self._done(operator, plan, action)
        return _answer(plan, done.letters, done.missing, remaining, dry_run=False)

    def start(self, doing: ActionRequest, *, by: str) -> Run:
        """Retry all that is asked for, in the background; raises Busy, and BadRequest where nothing would be sent."""
        plan, _ = self.plan(doing, "retry", most=MOST_OF_RUN)
        if not plan.letters:
            raise BadRequest("none of these letters would be sent again")
        return self.runs.begin(Run(len(plan.letters), len(plan.refused), by), lambda run: self._retry_all(run, plan.letters, doing))

    async def _retry_all(self, run: Run, letters: Sequence[Letter], doing: ActionRequest) -> None:
        """A second's worth at a time, so that whoever does something with a single letter meanwhile waits no longer than that."""
        topics = self._topics.raw.name, self._topics.enriched.name
        for start in range(0, len(letters), RATE):
            async with self._one_at_a_time:
                began = asyncio.get_running_loop().time()
                register = self._book()
                there = [letter for letter in letters[start : start + RATE] if letter.place in register.letters]
                plan = selection.plan(register, there, "retry", topics=topics, force=doing.force)
                done = await self._done(Operator(self._kafka, self._topics, run.by, doing.reason), plan, "retry")
            run.sent += len(done.letters)
            run.left_out += len(letters[start : start + RATE]) - len(done.letters)
            if start + RATE < len(letters) and await run.stopped_within(1 - (asyncio.get_running_loop().time() - began)):
                return

    async def _done(self, operator: Operator, plan: Plan, action: selection.Action) -> Done:
        try:
            if action == "discard":
                done = await operator.discard(plan.letters)
            else:
                async with self._scanner() as scanner:
                    done = await operator.retry(self._book(), scanner, plan.letters)
        except Unavailable as error:
            raise KafkaAway(str(error)) from error
        _log.info("dead_letters", action=action, letters=len(done.letters), by=operator.by)
        for operation in done.operations:  # the monitor reads them too, but whoever looks next sees them at once
            self._book().note(operation)
        return done

    def _letter(self, where: Place) -> Letter:
        letter = self._book().letters.get(where)
        if letter is None:
            more = "" if self._complete() else "; letters are still being read, try again in some seconds"
            raise NotFound(f"no dead letter {where}: it never was there, or is older than the 30 days that they are kept{more}")
        return letter

    def _scanner(self) -> "_Reading":
        return _Reading(self._kafka)


class _Reading:
    """A scanner whose Unavailable and Rejected come out as SearchError."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._scanner = Scanner(settings, fetch_bytes=FETCH_BYTES)

    async def __aenter__(self) -> Scanner:
        try:
            return await self._scanner.__aenter__()
        except Unavailable as error:
            raise KafkaAway(str(error)) from error

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        await self._scanner.__aexit__(None, None, None)
        if isinstance(error, (Unavailable, Rejected)):
            raise KafkaAway(str(error)) from error


def _answer(plan: Plan, letters: Sequence[Letter], missing: Sequence[Letter], remaining: int, *, dry_run: bool) -> DoneAnswer:
    places = tuple(str(letter.place) for letter in letters)
    refused = [*((letter, str(why)) for letter, why in plan.refused), *((letter, "Kafka has deleted it just now") for letter in missing)]
    return DoneAnswer(
        dry_run=dry_run,
        count=len(places),
        letters=places,
        refused=tuple(RefusedAnswer(place=str(letter.place), why=why) for letter, why in refused[:AT_ONCE]),
        refused_total=len(refused),
        remaining=remaining,
    )
