"""Style sheets of a page → what of it is not shown."""

import pytest

from services.enrich.readers import read
from services.enrich.readers.sheets import unseen


def _texts(page: str) -> str:
    return "".join(block.text for block in read(page.encode(), media_type="text/html").blocks)


@pytest.mark.parametrize(
    ("sheet", "script", "found"),
    [
        (".m{display:none}", "", {".m"}),
        ("p.m, #x { color:red; DISPLAY : none !important }", "", {".m", "#x"}),
        ("/* .m{display:none} */ .d{display:block}", "", set()),
        ("@media (max-width:9px){.m{display:none} .n{color:red}} .d{display:none}", "", {".d"}),
        (".m{display:none} .open .m{display:block}", "", set()),
        (".m{display:none} .m.open{display:flex}", "", set()),
        (".m{display:none}", "toggle('m')", set()),
        (".list .m{display:none}", "", set()),
        (".m:hover{display:none}", "", set()),
        ("p{display:none}", "", set()),
        (".m{display:none", "", set()),
    ],
)
def test_what_is_hidden_for_good(sheet: str, script: str, found: set[str]) -> None:
    """By a rule of its own that neither another rule nor a script takes back."""
    assert unseen([sheet], lambda: [script]) == found


def test_what_a_style_sheet_hides_is_not_read() -> None:
    """A copy for other screens; in cells too."""
    style = "<style>.wide{display:none}</style>"
    assert _texts(f'{style}<p>甲</p><p class="a wide">甲</p><p>乙</p>') == "甲乙"
    assert _texts(f'{style}<table><tr><td>甲</td><td class="wide">甲</td><td>乙<i class="wide">丁</i></td></tr></table>') == "甲 | 乙"
