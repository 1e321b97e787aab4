"""A setting or its file → the key that a service sends."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from shared.errors import Misconfigured
from shared.keys.own import own


def test_the_setting_goes_before_its_file(tmp_path: Path) -> None:
    """Whose white space does not count; without both there is none."""
    file = tmp_path / "key"
    file.write_text("from-file\n", "utf-8")
    assert own(SecretStr("set"), file, variable="X_API_KEY") == "set"
    assert own(None, file, variable="X_API_KEY") == "from-file"
    assert own(None, None, variable="X_API_KEY") is None


@pytest.mark.parametrize("content", ["", "密钥", "two\nlines"])
def test_what_is_no_key_is_told(tmp_path: Path, content: str) -> None:
    """By the name of the variable."""
    file = tmp_path / "key"
    file.write_text(content, "utf-8")
    with pytest.raises(Misconfigured, match="X_API_KEY_FILE"):
        own(None, file, variable="X_API_KEY")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """With its path."""
    with pytest.raises(Misconfigured, match="missing can't be read"):
        own(None, tmp_path / "missing", variable="X_API_KEY")
