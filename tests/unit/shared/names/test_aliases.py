"""The table of names: from any printed form to the full name, and to all the others."""

import pytest

from shared.names.aliases import Kind, full_name, full_names, groups, printed


@pytest.mark.parametrize(
    ("kind", "form", "full"),
    [
        ("agency", "央行", "中国人民银行"),
        ("agency", "中国人民银行", "中国人民银行"),
        ("agency", "应急部", "应急管理部"),
        ("agency", "FTC", "美国联邦贸易委员会"),
        ("agency", "食环署", "食物环境卫生署"),
        ("agency", "发改委", "国家发展和改革委员会"),
        ("company", "富士康", "鸿海"),
        ("agency", "水利部门", None),
    ],
)
def test_a_form_stands_for_a_full_name(kind: Kind, form: str, full: str | None) -> None:
    """Short forms, abbreviations and the full name itself."""
    assert full_name(kind, form) == full


def test_all_forms_of_a_body_begin_with_the_full_name() -> None:
    """Whichever of them is asked for; a name that the table has not is its own only form."""
    assert printed("agency", "央行") == ("中国人民银行", "人民银行", "央行", "中国央行", "PBOC")
    assert printed("agency", "某某局") == ("某某局",)


@pytest.mark.parametrize("kind", ["agency", "company"])
def test_the_tables_are_of_names(kind: Kind) -> None:
    """No empty form, no white space around one, and each full name stands for itself."""
    assert all(form and form == form.strip() for form in full_names(kind))
    assert all(full_name(kind, full) == full for group, names in groups(kind).items() if group != "local" for full in names)
