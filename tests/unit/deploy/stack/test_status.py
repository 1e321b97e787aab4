"""What everybody answered → one state, an exit status and what is printed."""

import io
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from deploy.stack.state import Identity, ProcessState, State
from deploy.stack.status.look import EXIT, Answer, Status, Verdict
from deploy.stack.status.show import as_json, as_text
from shared.health.asked import Asked
from shared.health.report import Colour, Part, Report, Trouble, Words

NOW = datetime.now(UTC)
WORDS = Words(
    symptom="Kafka does not answer: can't be connected to.",
    action="Check that it runs, and KAFKA_BOOTSTRAP_SERVERS.",
    impact="No digest can be fed; what is indexed is still found.",
)
READY = {"ingest": Asked("ready"), "enrich": Asked("ready")}


def stack() -> State:
    """One that runs."""
    me = Identity.of(os.getpid())
    assert me
    processes = tuple(
        ProcessState(name=name, status="running", identity=me, address="", since=NOW, log=Path("/d/x.log"), restarts=2)
        for name in ("Kafka", "enrich")
    )
    addresses = {"kafka": "127.0.0.1:19092", "monitor": "http://127.0.0.1:18405"}
    return State(supervisor=me, phase="ready", processes=processes, addresses=addresses, data_dir=Path("/d"), log_dir=Path("/d/logs"))


def report(state: Colour) -> Report:
    """With one cause unless it is green."""
    trouble = Trouble(
        code="engine_away", part="kafka", state=state, since=NOW, command="jianbao restart kafka", detail="Errno 111", chinese=WORDS, english=WORDS
    )
    return Report(state=state, at=NOW, causes=() if state == "green" else (trouble,), parts=(Part(name="kafka", state=state, since=NOW),))


@pytest.mark.parametrize(
    ("answer", "colour", "asked", "state", "code"),
    [
        ("given", "green", READY, "green", 0),
        ("given", "yellow", READY, "yellow", 4),
        ("given", "red", READY, "red", 1),
        ("given", "green", READY | {"enrich": Asked("hangs")}, "red", 1),
        ("given", "green", READY | {"enrich": Asked("not_ready")}, "red", 1),
        ("away", None, READY, "unknown", 5),
        ("key_refused", None, READY, "unknown", 5),
        ("away", None, READY | {"enrich": Asked("away")}, "red", 1),
        ("none", None, {"kafka": Asked("ready")}, "green", 0),
    ],
)
def test_state_and_exit_status(answer: Answer, colour: Colour | None, asked: dict[str, Asked], state: Verdict, code: int) -> None:
    """Green only where the report and each part say so; a monitor that is away knows nothing."""
    looked = Status(stack(), asked=asked, answer=answer, report=report(colour) if colour else None)
    assert (looked.state, EXIT[looked.state]) == (state, code)


def test_nothing_runs() -> None:
    """Neither a stack of ours nor anything at the usual ports."""
    looked = Status(None, asked={"ingest": Asked("away"), "search": Asked("foreign")}, answer="away")
    assert EXIT[looked.state] == 3
    assert printed(looked) == "Nothing is running. `jianbao up` starts everything.\n"


def test_elsewhere_silence_of_an_address_says_nothing() -> None:
    """Ports of containers are not published; what search passes on counts."""
    assert Status(None, asked={"enrich": Asked("away"), "search": Asked("ready")}, answer="given", report=report("green")).state == "green"


def test_a_stack_that_starts_is_not_green_yet() -> None:
    """Whatever answers already."""
    looked = Status(stack().model_copy(update={"phase": "starting"}), asked=READY, answer="away")
    assert looked.state == "unknown"
    assert printed(looked).startswith("unknown: it is still starting\n\npart")


def test_the_cause_is_said_with_what_to_do_within_80_columns() -> None:
    """Symptom, time, impact, action and a command to copy; the program's own words last."""
    said = printed(Status(stack(), asked=READY | {"kafka": Asked("away", "127.0.0.1:19092 does not answer")}, answer="given", report=report("red")))
    wanted = (
        "red  Kafka does not answer",
        "impact",
        "No digest can be fed",
        "to do",
        "command  jianbao restart kafka",
        "said",
        "Errno 111",
        "2 restarts",
    )
    assert [part for part in wanted if part not in said] == []
    assert max(cell_len(line.rstrip()) for line in said.splitlines() if not line.startswith("stack of")) <= 80


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("away", "unknown: the monitor does not answer"),
        ("key_refused", "JIANBAO_HEALTH_KEY here is none of its JIANBAO_HEALTH_KEYS"),
        ("not_ready", "unknown: the monitor has no result yet"),
    ],
)
def test_why_nothing_is_known(answer: Answer, said: str) -> None:
    """A wrong key is not a dead monitor."""
    assert said in printed(Status(stack(), asked=READY, answer=answer))


def test_json_has_state_report_and_parts() -> None:
    """And no variables of the stack."""
    said = as_json(Status(stack(), asked=READY, answer="given", report=report("red")))
    assert (said["state"], said["report"]["causes"][0]["command"], said["parts"]["ingest"]["state"]) == ("red", "jianbao restart kafka", "ready")
    assert "environ" not in said["stack"]


def printed(looked: Status) -> str:
    """At 80 columns, without colours."""
    out = io.StringIO()
    as_text(looked, Console(file=out, width=80, highlight=False))
    return out.getvalue()


@pytest.mark.parametrize(("code", "said"), [("monitor_away", "no answer"), ("monitor_key_refused", "other key"), ("monitor_not_ready", "not ready")])
def test_a_monitor_that_search_had_no_report_of_is_not_ready(code: str, said: str) -> None:
    """Search makes the report then, and answers."""
    blind = Report(state="unknown", at=NOW, parts=(Part(name="monitor", state="unknown", since=NOW, troubles=(code,)),))
    (row,) = (line for line in printed(Status(stack(), asked=READY, answer="given", report=blind)).splitlines() if line.startswith("monitor"))
    assert said in row
