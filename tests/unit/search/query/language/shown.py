"""A tree → one short line, so that expectations can be read: & | ! for and, or, not; “phrase”, {near}, /wildcard/, [filter]."""

from services.search.query.language.nodes import And, Dates, Filter, Near, Node, Not, Or, Phrase, Target, Wildcard, Word


def shown(node: Node | None) -> str:
    """The line; every group in parentheses."""
    match node:
        case None:
            return ""
        case And(nodes):
            return f"({' & '.join(map(shown, nodes))})"
        case Or(nodes):
            return f"({' | '.join(map(shown, nodes))})"
        case Not(inner):
            return f"!{shown(inner)}"
        case Filter(facet, value):
            return f"[{facet} {value}]"
        case Dates(first, last):
            return f"[{first or ''}..{last or ''}]"
        case Target(metric, op, number, unit, by):
            return f"[target {metric}{op or ''}{'' if number is None else f'{number:g}'}{unit or ''}{f'@{by}' if by else ''}]"
        case Word(text):
            body = text
        case Phrase(text):
            body = f"“{text}”"
        case Near(parts, distance):
            body = f"{{{' '.join(parts)} ~{distance}}}"
        case Wildcard(pattern):
            body = f"/{pattern}/"
    return f"{node.field}:{body}" if node.field else body
