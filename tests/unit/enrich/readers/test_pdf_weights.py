"""Which fonts of a PDF's page are bold."""

import pytest

from services.enrich.readers.pages.weights import Font, settled

PLAIN: Font = (1, False)
BOLD: Font = (2, True)
END: Font = (0, None)
UNSAID, FURTHER = (3, None), (4, None)


@pytest.mark.parametrize(
    ("fonts", "bold"),
    [
        ([UNSAID, BOLD, UNSAID, END, UNSAID, PLAIN], True),
        ([UNSAID, PLAIN, UNSAID, BOLD], False),
        ([UNSAID, END, BOLD], False),
        ([UNSAID, FURTHER, BOLD], True),
        ([UNSAID, UNSAID], False),
    ],
    ids=["most beside it are bold", "most are not", "another line does not count", "by way of a font that does not say either", "none beside it"],
)
def test_a_font_that_does_not_say_is_as_those_beside_it(fonts: list[Font], bold: bool) -> None:
    """Counted by the places where both meet on a line."""
    assert settled(fonts).get(UNSAID, False) is bold
