"""The file of channels."""

from datetime import time
from pathlib import Path

import pytest

from shared.errors import Misconfigured
from shared.notices.channel import Mail, WeCom, read

FILE = """
[[channel]]
name = "值班群"
kind = "wecom"
url = "https://example.org/send?key=k"
levels = ["red", "green"]

[[channel]]
name = "值班邮箱"
kind = "mail"
host = "smtp.example.org"
sender = "jianbao@example.org"
to = ["ops@example.org"]
"""


def test_channels_are_read_in_their_order(tmp_path: Path) -> None:
    """Each as what it is."""
    path = tmp_path / "notices.toml"
    path.write_text(FILE, "utf-8")
    robot, mail = read(path)
    assert robot == WeCom(name="值班群", kind="wecom", url="https://example.org/send?key=k", levels=("red", "green"))
    assert isinstance(mail, Mail)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[channel]", "no TOML"),
        ('[[channel]]\nname = "a"\nkind = "sms"\n', "channel.0: "),
        ('[[channel]]\nname = "a"\nkind = "wecom"\nurl = "example.org"\n', "channel.0.wecom.url"),
        ('[[channel]]\nname = "a"\nkind = "wecom"\nurl = "http://a"\nword = 1\n', "channel.0.wecom.word"),
        (FILE + '[[channel]]\nname = "值班群"\nkind = "wecom"\nurl = "http://a"\n', "two channels are called '值班群'"),
    ],
)
def test_a_fault_in_the_file_is_named(tmp_path: Path, text: str, words: str) -> None:
    """With the file and the place."""
    path = tmp_path / "notices.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(Misconfigured, match=f"notices.toml.*{words}"):
        read(path)


@pytest.mark.parametrize(
    ("hours", "silent", "loud"),
    [
        ("22:00-07:30", ["22:00", "23:59", "00:00", "07:29"], ["07:30", "12:00", "21:59"]),
        ("12:00-13:00", ["12:00", "12:59"], ["11:59", "13:00"]),
    ],
)
def test_times_of_silence(hours: str, silent: list[str], loud: list[str]) -> None:
    """Over midnight too."""
    robot = WeCom(name="a", kind="wecom", url="http://a", silent=(hours,))
    assert [robot.is_silent(time.fromisoformat(at)) for at in silent + loud] == [True] * len(silent) + [False] * len(loud)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    """As it can't be read."""
    with pytest.raises(Misconfigured, match=r"none\.toml can't be read"):
        read(tmp_path / "none.toml")
