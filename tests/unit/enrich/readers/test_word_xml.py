"""XML parts as a parser can't misread them."""

import pytest

from services.enrich.readers.word.xml import elements, plain
from shared.errors import Rejected

PLAIN = [
    ("nothing to do", b"<a>&amp;&#8230;&#x4e2d;</a>", "<a>&amp;&#8230;&#x4e2d;</a>"),
    ("an entity that nobody defined", b"<a>\xe7\x94\xb2&nbsp;\xe4\xb9\x99</a>", "<a>甲乙</a>"),
    ("a lone ampersand", b"<a>R&D</a>", "<a>R&amp;D</a>"),
    ("none of both within CDATA", b"<a>&x;<![CDATA[&x;]]></a>", "<a><![CDATA[&x;]]></a>"),
    ("a document type with entities", b'<!DOCTYPE l [<!ENTITY a "aa">]><a b="&a;">&a;</a>', '<a b="">&a;</a>'.replace("&a;", "")),
    ("a document type elsewhere", b'<!DOCTYPE l SYSTEM "x"><a>&a;1</a>', "<a>1</a>"),
    ("UTF-16 with a byte order mark", '<?xml version="1.0" encoding="UTF-16"?><a>甲</a>'.encode("utf-16"), "<a>甲</a>"),
    ("UTF-16 without", "<a>甲</a>".encode("utf-16-be"), "<a>甲</a>"),
    ("GBK, which says so", '<?xml version="1.0" encoding="gbk"?><a>甲</a>'.encode("gbk"), "<a>甲</a>"),
]


@pytest.mark.parametrize(("content", "expected"), [(content, expected) for _, content, expected in PLAIN], ids=[name for name, *_ in PLAIN])
def test_plain(content: bytes, expected: str) -> None:
    """What has no meaning is gone, what is behind it stays."""
    assert plain(content).decode() == expected


@pytest.mark.parametrize("charset", ["utf-7", "cp500", "no-such"])
def test_other_charsets_are_refused(charset: str) -> None:
    """Under them `<` is another byte: elements could not be counted."""
    with pytest.raises(Rejected) as refused:
        plain(f'<?xml version="1.0" encoding="{charset}"?><a/>'.encode())
    assert refused.value.kind == "undecodable"


def test_elements() -> None:
    """Empty ones too, closing tags not."""
    assert elements(b"<a><b/><c>x</c><!-- --></a>") == 4
