"""Entities of all items of one digest in, the same with short names of companies tied to the full ones that other items name out. Pure.

Within an item `companies` has done so already. Over items a short name is tied only where exactly one full name of the digest fits.
"""

from collections.abc import Sequence

from services.enrich.entities.companies.names import known
from services.enrich.entities.companies.short import tied
from shared.records import Entity

_MOST = 500
"""Full names looked through: a digest of more is a list of companies, in which a short name could be anybody's."""


def tie_companies(items: Sequence[Sequence[Entity]]) -> list[tuple[Entity, ...]]:
    """`items` with `canonical["name"]` of companies that are named in full in another item."""
    fulls = list(dict.fromkeys(e.text for entities in items for e in entities if e.type == "company" and e.rule == "company:full"))
    if not fulls or len(fulls) > _MOST:
        return [tuple(entities) for entities in items]
    names = {e.text for entities in items for e in entities if _loose(e) and e.text not in known()}
    full_of = {name: full for name in names if (full := tied(name, fulls))}
    return [tuple(_tied(e, full_of) for e in entities) if full_of else tuple(entities) for entities in items]


def _loose(entity: Entity) -> bool:
    return entity.type == "company" and entity.rule != "company:full" and "name" not in (entity.canonical or {})


def _tied(entity: Entity, full_of: dict[str, str]) -> Entity:
    if not _loose(entity) or entity.text not in full_of:
        return entity
    return entity.model_copy(update={"canonical": {**(entity.canonical or {}), "name": full_of[entity.text]}})
