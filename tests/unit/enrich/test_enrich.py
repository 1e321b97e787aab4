"""A raw digest and its bytes → EnrichedDigest."""

from datetime import UTC, date, datetime

import orjson
import pytest

from services.enrich.enrich import enrich
from shared.errors import Rejected
from shared.records import MHTML, MediaType, RawDigest, read_enriched
from tests.unit.enrich.digests import SAMPLE

AT = datetime(2026, 2, 8, 1, 0, tzinfo=UTC)


def _raw(
    *,
    media_type: MediaType = "text/plain",
    charset: str | None = None,
    withdrawn: bool = False,
    published_on: date | None = None,
    file_name: str | None = None,
    title: str | None = None,
    released: bool = False,
) -> RawDigest:
    return RawDigest(
        digest_id="0" * 32, source="test", media_type=media_type, charset=charset, received_at=AT, sha256="0" * 64,
        revision=1, withdrawn=withdrawn, published_on=published_on, file_name=file_name, title=title, released=released,
    )  # fmt: skip


def test_the_sample_is_enriched_and_its_record_travels() -> None:
    """Nine items with ids of their own; the record is read back as it was written."""
    digest = enrich(_raw(published_on=date(2026, 2, 6)), SAMPLE.read_bytes(), enriched_at=AT)
    assert len({item.item_id for item in digest.items}) == 9
    assert digest.sections == ("地方动态", "行业动态")
    assert digest.published_on_basis == "given"
    assert digest.warnings == ()
    assert read_enriched(digest.to_json()) == digest


def test_the_same_input_gives_the_same_output() -> None:
    """Reprocessing replaces, never duplicates."""
    raw = _raw()
    assert enrich(raw, SAMPLE.read_bytes(), enriched_at=AT) == enrich(raw, SAMPLE.read_bytes(), enriched_at=AT)


@pytest.mark.parametrize("withdrawn", [False, True])
def test_who_fed_it_or_took_it_back_travels_on(*, withdrawn: bool) -> None:
    """By the name of the API key."""
    raw = _raw(withdrawn=withdrawn).model_copy(update={"key_name": "weekly"})
    assert enrich(raw, SAMPLE.read_bytes(), enriched_at=AT).key_name == "weekly"


def test_a_day_that_was_not_given_is_inferred_and_told() -> None:
    """By the name of its file; where nothing says it there is none, and dates without a year are read from the receipt's day."""
    digest = enrich(_raw(file_name="周报20260206.txt"), SAMPLE.read_bytes(), enriched_at=AT)
    assert (digest.published_on, digest.published_on_basis) == (date(2026, 2, 6), "name")
    unknown = enrich(_raw(), SAMPLE.read_bytes(), enriched_at=AT)
    assert (unknown.published_on, unknown.published_on_basis) == (None, "received_at")
    assert [[warning.kind for warning in one.warnings] for one in (digest, unknown)] == [["date_inferred"]] * 2
    days = [entity.value for item in unknown.items for entity in item.entities if entity.type == "date"]
    assert "2026-02-04" in days


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ('<meta property="article:published_time" content="2026-02-05T18:30:00Z">', "2026-02-06 text"),
        ('<meta name="pubdate" content="Thu, 05 Feb 2026 18:30:00 GMT">', "2026-02-06 text"),
        ('<time datetime="2026-02-05T18:30:00Z">昨晚</time>', "2026-02-06 text"),
        ('<meta property="og:url" content="https://a.example/2026/02/06/1.html"><time datetime="2026-02-02">周一</time>', "2026-02-06 url"),
        ("<title>双碳周报 2026-02-06</title><time datetime=2026-02-02>周一</time>", "2026-02-06 title"),
        ("", "None received_at"),
    ],
)
def test_a_page_says_its_day(page: str, expected: str) -> None:
    """As a moment of any zone, in its own address, in its title; the days of its stories say nothing."""
    content = f"<html><head>{page}</head><body><h2>昆山开工</h2><p>2月4日,昆山开工,自2026年1月1日起施行。</p></body></html>"
    digest = enrich(_raw(media_type="text/html"), content.encode(), enriched_at=AT)
    assert f"{digest.published_on} {digest.published_on_basis}" == expected


def test_one_title_twice_gives_two_ids() -> None:
    """Items of one name are told apart by their order."""
    digest = enrich(_raw(), "周报\n1、市场动态\n甲地上涨三成,成交放量。\n2、市场动态\n乙地下跌一成,成交缩量。".encode(), enriched_at=AT)
    assert [item.title for item in digest.items] == ["市场动态", "市场动态"]
    assert len({item.item_id for item in digest.items}) == 2


def test_publisher_and_issue_are_those_that_the_digest_says() -> None:
    """The account of a page, the number in its title."""
    page = '<h1 id="activity-name">某地周报（第 6 期）</h1><a id="js_name">某号</a><div id="js_content"><p>1、甲地开工</p><p>正文。</p></div>'
    digest = enrich(_raw(media_type="text/html"), page.encode(), enriched_at=AT)
    assert (digest.publisher, digest.issue_number, digest.title) == ("某号", "第6期", "某地周报（第 6 期）")


def test_a_withdrawn_digest_has_no_items() -> None:
    """Whatever its bytes are."""
    digest = enrich(_raw(withdrawn=True), b"", enriched_at=AT)
    assert digest.withdrawn
    assert digest.items == ()


@pytest.mark.parametrize(
    ("content", "kind"), [(b"", "empty"), (b" \n\t\n", "empty"), (b"\x00\x01\x02", "undecodable"), (b"\xff" * 40, "undecodable")]
)
def test_what_can_not_be_read_is_refused(content: bytes, kind: str) -> None:
    """Empty and undecodable digests are refused in plain words."""
    with pytest.raises(Rejected) as raised:
        enrich(_raw(), content, enriched_at=AT)
    assert raised.value.kind == kind


def test_a_charset_that_does_not_fit_is_decided_again() -> None:
    """A record that says UTF-8 and holds GB18030 is read as what it is."""
    content = SAMPLE.read_text("utf-8").encode("gb18030")
    digest = enrich(_raw(charset="utf-8"), content, enriched_at=AT)
    assert [item.subject for item in digest.items][:3] == ["甘肃", "常州", "杭州"]


def test_characters_that_can_not_be_decoded_are_counted() -> None:
    """One broken character is a warning, not a refusal."""
    content = SAMPLE.read_bytes() + b"\xe6\x98"
    digest = enrich(_raw(published_on=date(2026, 2, 6)), content, enriched_at=AT)
    assert [warning.kind for warning in digest.warnings] == ["undecodable_characters"]


def test_what_is_attached_to_a_mail_is_told() -> None:
    """As it was not read with the mail's own text."""
    head = (
        "From: a@b.example\nMessage-ID: <1@b.example>\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n"
    )
    attached = '\n--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename="周报.pdf"\n\nx\n--b--\n'
    raw = _raw(media_type=MHTML, published_on=date(2026, 2, 6))
    digest = enrich(raw, f"{head}{SAMPLE.read_text('utf-8')}{attached}".encode(), enriched_at=AT)
    assert [warning.message.partition(";")[0] for warning in digest.warnings] == ["attached to the mail and not read: 周报.pdf"]
    assert len(digest.items) > 3


WEEKLY = """一周要闻
目录
1.甲市出台管理办法
2.乙市发布核算指南
3.丙市启动园区申报
地方动态
1.甲市出台管理办法
办法自四月起施行,分为五章二十条。
2.乙市发布核算指南
指南覆盖十类产品,由质检部门解释。
3.丙市启动园区申报
申报截至五月底,每县限报一家。
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("目录\n1.甲市出台管理办法\n2.乙市发布核算指南\n3.丙市启动园区申报\n", ""),
        ("地方动态", "各地要闻"),
        ("2.乙市发布核算指南\n指南", "2.乙市核算指南全文公布\n指南"),
        ("申报截至五月底", "申报延期到六月底"),
    ],
    ids=["contents list gone", "section renamed", "another item renamed", "another item's text changed"],
)
def test_items_that_did_not_change_keep_their_ids(old: str, new: str) -> None:
    """However the rest of the digest is split now."""
    before = {item.title: item.item_id for item in enrich(_raw(), WEEKLY.encode(), enriched_at=AT).items}
    after = {item.title: item.item_id for item in enrich(_raw(), WEEKLY.replace(old, new).encode(), enriched_at=AT).items}
    assert len(before) == len(after) == 3
    kept = {title for title in before if title in after}
    assert len(kept) >= 2
    assert {title: before[title] for title in kept} == {title: after[title] for title in kept}


LOG = "\n".join(f"2026-02-06 08:00:{second:02} INFO [main] wrote segment {second}" for second in range(20)).encode()


def test_what_is_no_digest_is_held_without_items() -> None:
    """With why, and with what a person can know it by; nothing of its text is left to be found."""
    digest = enrich(_raw(title="运行日志"), LOG, enriched_at=AT)
    assert digest.quarantine is not None
    assert (digest.quarantine.code, digest.title) == ("log", "运行日志")
    assert (digest.items, digest.others, digest.boilerplate, digest.sections) == ((), (), (), ())
    assert read_enriched(digest.to_json()) == digest


def test_what_a_person_released_is_not_held() -> None:
    """Whatever it looks like."""
    digest = enrich(_raw(released=True), LOG, enriched_at=AT)
    assert (digest.quarantine, digest.released) == (None, True)
    assert digest.items


def test_records_from_before_there_was_a_quarantine_read_as_not_held() -> None:
    """And newer facts of it are dropped."""
    record = enrich(_raw(), LOG, enriched_at=AT).model_dump(mode="json")
    newer = orjson.dumps(record | {"quarantine": record["quarantine"] | {"by": "x"}})
    assert read_enriched(newer).quarantine is not None
    del record["quarantine"], record["released"]
    older = read_enriched(orjson.dumps(record))
    assert (older.quarantine, older.released) == (None, False)
