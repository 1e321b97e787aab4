"""How a piece of a digest was found → why it begins where it does, in words for people who ask. Pure."""

from shared.records import BoilerplateKind

_HABITS = {
    "contents": "the contents list names this line",
    "number": "goes on the digest's numbering",
    "heading": "a heading like the other items'",
    "emphasis": "a short line that is bold or coloured as a whole",
    "bracket": "begins with 【】 as others do",
    "frame": "a short line between the same signs",
    "bullet": "begins with the bullet of the others",
    "table": "a row of a table whose head names a column of titles",
    "rule": "the first line behind a rule",
    "date": "begins with a day or time as others do",
    "lead": "begins with a bold sentence as others do",
    "short": "a short line with a longer text below it: nothing but its looks speaks for it",
    "line": "a short line under which the numbers begin anew, or bold titles stand",
    "flash": "a line for each story, as in the whole digest",
    "figures": "a paragraph before the first item that sums up the week or month in figures",
    "subject": "begins with a name and a colon as all others do",
    "taught": "heads an item as in the issues that a person split",
    "learned": "reads like lines that begin items in labelled digests",
    "whole": "nothing parts this text",
}
_KINDS: dict[BoilerplateKind, str] = {
    "digest_title": "the first short line, or the one heading of the highest level",
    "contents": "its lines are said again in the digest",
    "section": "heads items and holds no text of its own",
    "greeting": "addresses the readers before the first item",
    "disclaimer": "words that publishers disclaim with",
    "advertisement": "words of an advertisement",
    "qr_code": "asks to scan a code",
    "credits": "names who made the digest or how to reach them",
    "earlier_issues": "points to other issues",
    "footer": "closes the digest: nothing of the last item follows",
    "other": "before the first item, or nothing to read",
}


def of_item(by: str, number: str | None) -> str:
    """Why an item begins here; `by` is the class of heads that found it."""
    habit, _, family = by.partition(" ")
    words = _HABITS.get(habit, by)
    if habit == "number":
        return f"{words}: {number}, written {family}" if number else words
    return f"{words} (level {family})" if habit == "heading" else words


def of_boilerplate(kind: BoilerplateKind) -> str:
    """Why a piece belongs to no item."""
    return _KINDS[kind]
