"""One digest of the enriched topic beside what the index holds of it: literal tables of what differs."""

import pytest

from services.index import document
from services.index.document import Documents
from services.operate.reconcile.finding import Finding, Held, differences
from shared.ids import version
from tests.fakes.digests import enriched, value

DOCUMENTS = document.read(value(enriched("昆山:甲", "常州:乙", revision=2)))
DIGEST = DOCUMENTS.digest_id
FIRST, SECOND = DOCUMENTS.items
NOW, BEFORE, AFTER = version(2, 1), version(1, 1), version(2, 2)
WITHDRAWN = document.read(value(enriched(revision=2, withdrawn=True)))


def held(documents: Documents = DOCUMENTS, number: int = NOW, *, text: bool = True) -> dict[str, Held]:
    """The items as the index holds them."""
    return {item_id: Held(number, dict(item) if text else None) for item_id, item in documents.items.items()}


def manifest(number: int = NOW, **changes: object) -> Held:
    """The manifest as the index holds it."""
    return Held(number, {"item_ids": [FIRST, SECOND], "to_delete": [], "refused": []} | changes)


def found(documents: Documents | None, of: Held | None, items: dict[str, Held]) -> list[tuple[str, str, str | None]]:
    """Kind, where and item of what differs."""
    return [(each.kind, each.where, each.item_id) for each in differences(DIGEST, documents, of, items)]


EQUAL: list[tuple[Documents | None, Held | None, dict[str, Held]]] = [
    (DOCUMENTS, manifest(), held()),
    (DOCUMENTS, manifest(), held(text=False)),
    (DOCUMENTS, manifest(item_ids=FIRST, refused=[SECOND]), {FIRST: held()[FIRST]}),  # a dead letter says it; one id comes without a list
    (WITHDRAWN, manifest(item_ids=[]), {}),
    (None, None, {}),
]


@pytest.mark.parametrize(("documents", "of", "items"), EQUAL)
def test_nothing_differs(documents: Documents | None, of: Held | None, items: dict[str, Held]) -> None:
    """Text or no text, refused items, a withdrawn digest, a digest that is nowhere."""
    assert found(documents, of, items) == []


DIFFERENT: list[tuple[Documents | None, Held | None, dict[str, Held], list[tuple[str, str, str | None]]]] = [
    (DOCUMENTS, None, {}, [("missing", "manifest", None), ("missing", "item", FIRST), ("missing", "item", SECOND)]),
    (DOCUMENTS, manifest(), {SECOND: held()[SECOND]}, [("missing", "item", FIRST)]),
    (DOCUMENTS, None, held(), [("missing", "manifest", None)]),
    (DOCUMENTS, manifest(BEFORE), held(), [("stale", "manifest", None)]),
    (DOCUMENTS, manifest(BEFORE), held() | {FIRST: Held(BEFORE)}, [("stale", "manifest", None), ("stale", "item", FIRST)]),
    (DOCUMENTS, manifest(AFTER, item_ids=["x"]), {}, [("extra", "manifest", None)]),
    (DOCUMENTS, manifest(item_ids=[FIRST]), held(), [("different", "manifest", None)]),
    (DOCUMENTS, manifest(to_delete=["x"]), held(), [("different", "manifest", None)]),
    (DOCUMENTS, manifest(), held() | {SECOND: Held(AFTER)}, [("different", "item", SECOND)]),
    (DOCUMENTS, manifest(), held() | {SECOND: Held(NOW, dict(DOCUMENTS.items[SECOND]) | {"body": "改"})}, [("different", "item", SECOND)]),
    (DOCUMENTS, manifest(), held() | {"x": Held(BEFORE)}, [("extra", "item", "x")]),
    (DOCUMENTS, manifest(refused=[SECOND], item_ids=[FIRST]), held() | {FIRST: Held(BEFORE)}, [("stale", "item", FIRST)]),
    (WITHDRAWN, manifest(item_ids=[]), held(), [("extra", "item", FIRST), ("extra", "item", SECOND)]),
    (None, manifest(), held(), [("extra", "manifest", None), ("extra", "item", FIRST), ("extra", "item", SECOND)]),
    (None, None, {"x": Held(7)}, [("extra", "item", "x")]),
]


@pytest.mark.parametrize(("documents", "of", "items", "expected"), DIFFERENT)
def test_what_differs(documents: Documents | None, of: Held | None, items: dict[str, Held], expected: list[tuple[str, str, str | None]]) -> None:
    """Each of the kinds, at manifests and items."""
    assert found(documents, of, items) == expected


def test_a_detail_names_fields_and_never_text() -> None:
    """It stands in logs and terminals."""
    changed = dict(DOCUMENTS.items[FIRST]) | {"body": "绝密", "level": "省"}
    (finding,) = differences(DIGEST, DOCUMENTS, manifest(), held() | {FIRST: Held(NOW, changed)})
    assert finding == Finding("different", "item", DIGEST, FIRST, "in body, level")
