"""Chinese numerals in, numbers out, and back. Pure.

二十一 → 21    一百零三 → 103    两 → 2    二〇二五 → 2025
"""

import re

DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
"""What each digit stands for"""

_DIGIT = "[一二两三四五六七八九]"
_COUNTED = re.compile(rf"(?:(?P<hundreds>{_DIGIT}?)百)?零?(?:(?P<tens>{_DIGIT}?)十)?(?P<ones>{_DIGIT})?")


def number(written: str) -> int | None:
    """Return the number of figures, of numerals below 1,000, or of digits in a row as years have them; None where it is none of these."""
    if written.isdecimal():
        return int(written)
    if written and all(character in DIGITS for character in written):
        return int("".join(str(DIGITS[character]) for character in written))
    counted = _COUNTED.fullmatch(written)
    if not written or counted is None:
        return None
    hundreds, tens, ones = counted["hundreds"], counted["tens"], counted["ones"]
    return _of(hundreds) * 100 + _of(tens) * 10 + (DIGITS[ones] if ones else 0)


def _of(digit: str | None) -> int:
    """How many hundreds or tens: one where the unit stands alone (十), none where it is not there."""
    return 0 if digit is None else DIGITS.get(digit, 1)


def numeral(value: int) -> str:
    """Return a number in numerals, such as 〇, 十二, 一百零三; beyond 999 and below 0 in figures."""
    if not 0 <= value <= 999:
        return str(value)
    han = "〇一二三四五六七八九"
    hundreds, tens, ones = value // 100, value // 10 % 10, value % 10
    text = f"{han[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else han[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (han[ones] if ones or not value else "")
