"""Chinese numerals in, numbers out, and back. Pure.

二十一 → 21    一百零三 → 103    两 → 2    二〇二五 → 2025    一亿五千万 → 150,000,000    三点五万 → 35,000    一万二 → 12,000
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


LONGEST = 40
"""Characters of an amount; what is longer is none."""
_PLACES = {"千": 1000, "百": 100, "十": 10}
_SCALES = (("万亿", 10**12), ("亿", 10**8), ("万", 10**4))


def counted(written: str) -> float | None:
    """Return the amount of numerals with scales and decimals up to 万亿, where a scale alone is one of it (千亿); None where it is none."""
    if len(written) > LONGEST:
        return None
    for scale, factor in _SCALES:
        head, found, rest = written.partition(scale)
        if found:
            times, more = counted(head) if head else 1, counted(rest.lstrip("零〇")) if rest else 0
            if more is not None and rest in DIGITS:
                more *= factor // 10  # 一万二 is 12,000, 一万零二 10,002
            return None if times is None or more is None or more >= factor else float(times * factor + more)
    whole, point, decimals = written.partition("点")
    if point:
        if not decimals or any(digit not in DIGITS for digit in decimals):
            return None
        first = counted(whole)
        return None if first is None else float(f"{int(first)}.{''.join(str(DIGITS[digit]) for digit in decimals)}")
    total, digit, least = 0, None, 10_000
    for character in whole:
        if character in _PLACES:
            place = _PLACES[character]
            if place >= least:
                return None
            total, digit, least = total + (1 if digit is None else digit) * place, None, place
        elif character in DIGITS and not digit:
            digit = DIGITS[character]
        else:
            return None
    return float(total + (digit or 0)) if whole else None


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
