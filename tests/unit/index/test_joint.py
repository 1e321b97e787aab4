"""Bodies that issue something together, counted by the enricher's own entities."""

import pytest

from services.enrich.entities.extract import extract
from services.index.joint import joint_issuers


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("国家发展改革委、国家能源局联合印发通知。", 2),
        ("国家发展改革委、财政部、国家能源局印发通知。", 3),
        ("工业和信息化部、国家发展改革委等五部门印发《节能行动方案》。", 5),
        ("工业和信息化部会同财政部印发通知。", 2),
        ("国家发展改革委印发通知。财政部发布公告。", None),
        ("国家能源局印发通知。", None),
        ("国家发展改革委发布,财政部发布公告。", None),
        ("国家发展改革委、国家能源局有关负责人出席会议。", None),
        ("今天天气好。", None),
    ],
)
def test_how_many_issue_together(body: str, count: int | None) -> None:
    """In one list, or as the text counts them; two that issue apart are none."""
    assert joint_issuers([entity.model_dump() for entity in extract(None, body, published_on=None)], None, body) == count
