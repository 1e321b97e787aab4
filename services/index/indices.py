"""Client + namespace → both indices exist behind their aliases with our mapping; any number of indexers may do so at once.

An index and its alias come into being in one call, so nobody ever sees one without the other; who comes second finds that it exists and
checks it. Fields that an older version's index lacks are added, which changes nothing that is there: its items are found by the new fields once
they are enriched again. An index that has a field in another form is never changed here: that is a person's decision.
"""

from collections.abc import Mapping
from typing import Any

from elasticsearch import ApiError, AsyncElasticsearch, BadRequestError, NotFoundError

from services.index import fill, mapping
from shared import index_names as names
from shared.elastic import reason_of
from shared.errors import Misconfigured
from shared.kafka import fills as marks
from shared.log import get

log = get(__name__)

Json = dict[str, Any]


async def ensure(client: AsyncElasticsearch, *, namespace: str = "", shards: int = 1, replicas: int = 0) -> list[str]:
    """Create what is missing (an index, or fields of one), verify what is there; the names of created indices.

    Raises Misconfigured when an index has another mapping or Elasticsearch lacks our analysis; errors of the client pass through.
    """
    created = []
    found = {kind: await _resolve(client, names.alias(namespace, kind)) for kind in names.KINDS}
    for kind in names.KINDS:
        alias, name = names.alias(namespace, kind), found[kind]
        if name is None:
            only = await _only(client, namespace, kind)
            name = _mate(found, namespace, kind) or only or names.index(namespace, kind)
            settings = mapping.settings(kind, shards=shards, replicas=replicas)
            found[kind] = name
            if await create(client, name, kind, alias=alias, settings=settings, meta={marks.META: fill.new()}):
                created.append(name)
                continue
            await _give_alias(client, name, alias)
        await add_missing(client, name, kind)
        await verify(client, name, kind)
    return created


async def add_missing(client: AsyncElasticsearch, name: str, kind: names.Kind) -> list[str]:
    """Give index `name` the fields that it lacks; their names. Does nothing, however often, where it has them, and never changes one.

    Only for an index whose fields are otherwise ours: what another version or somebody else made stays as it is, for `verify` to tell.
    Raises Misconfigured where Elasticsearch refuses.
    """
    found = (await client.indices.get(index=name, features="mappings,settings")).body[name]
    lacking = missing(found.get("mappings", {}), kind)
    # Fields that are analysed can't be given to an index without the analysis, which no open one can be given.
    if not lacking or unanalysed(found.get("settings", {}).get("index", {})):
        return []
    try:
        await client.indices.put_mapping(index=name, properties=lacking)
    except BadRequestError as error:
        raise Misconfigured(f"Elasticsearch refuses to add {', '.join(lacking)} to index {name}: {reason_of(error.body)}") from error
    log.info("added fields", index=name, fields=sorted(lacking))
    return list(lacking)


def missing(mappings: Json, kind: str) -> Json:
    """The fields of ours that an index with those mappings lacks. Pure.

    None where it is no index of ours: not strict, without any field, or with a field of another form.
    """
    properties = mappings.get("properties", {})
    wanted = mapping.MAPPINGS[kind]["properties"]
    ours = mappings.get("dynamic") == "strict" and all(properties[field] == form for field, form in wanted.items() if field in properties)
    return {field: form for field, form in wanted.items() if field not in properties} if ours and properties else {}


async def _resolve(client: AsyncElasticsearch, alias: str) -> str | None:
    """The index behind the alias; None when there is no such alias. Raises Misconfigured when it is an index or stands for several."""
    try:
        answer = await client.indices.get(index=alias, features="aliases")
    except NotFoundError:
        return None
    found: list[str] = sorted(answer.body)
    if found == [alias]:
        raise Misconfigured(f"{alias} is an index, but must be an alias of {alias}-v{names.INDEX_VERSION}: delete it (something wrote before us)")
    if len(found) > 1:
        raise Misconfigured(f"alias {alias} stands for several indices ({', '.join(found)}): leave it on one")
    return found[0]


def _mate(found: Mapping[names.Kind, str | None], namespace: str, kind: names.Kind) -> str | None:
    """The index that belongs to the other kind's live one, so that both stay one pair; None where there is none of our version. Pure."""
    for other in names.KINDS:
        parts = names.parse(found[other] or "")
        if other != kind and parts is not None and (parts.namespace, parts.version) == (namespace, names.INDEX_VERSION):
            return names.index(namespace, kind, parts.version, parts.generation)
    return None


async def _only(client: AsyncElasticsearch, namespace: str, kind: names.Kind) -> str | None:
    """The one index that an alias which is missing can have stood for; None where there is none. Raises Misconfigured where there are several.

    An index that is being rebuilt, or was replaced, must not become the live one by our guessing.
    """
    alias = names.alias(namespace, kind)
    found = (await client.indices.get(index=f"{alias}-v*", features="aliases", ignore_unavailable=True)).body
    ours = [name for name in sorted(found) if (parts := names.parse(name)) and (parts.namespace, parts.kind) == (namespace, kind)]
    whole = [name for name in ours if names.apart(name) not in found[name].get("aliases", {})]
    if len(whole) > 1:
        raise Misconfigured(
            f"alias {alias} is missing, and could have stood for {' or '.join(whole)}: `jianbao rebuild status` tells them apart; "
            "put the alias on the right one"
        )
    return whole[0] if whole else None


async def fills(client: AsyncElasticsearch, namespace: str) -> str:
    """Return the fills of the indices behind both aliases (services.index.fill); errors of the client pass through, such as for a missing alias."""
    metas: dict[str, Json] = {}
    for kind in names.KINDS:
        (described,) = (await client.indices.get(index=names.alias(namespace, kind), features="mappings")).body.values()
        metas[kind] = described.get("mappings", {}).get("_meta") or {}
    return marks.of(metas)


async def put_meta(client: AsyncElasticsearch, name: str, facts: Json) -> None:
    """Add facts to an index's `_meta`, whose others stay."""
    described = (await client.indices.get(index=name, features="mappings")).body[name]
    meta = (described.get("mappings", {}).get("_meta") or {}) | facts
    await client.indices.put_mapping(index=name, meta=meta)


async def _give_alias(client: AsyncElasticsearch, name: str, alias: str) -> None:
    """Put the alias on an index that is there without it, to be filled anew: how long it was without, and what it missed, nobody knows.

    Does nothing where it has the alias: another indexer made it at this moment.
    """
    if await client.indices.exists_alias(index=name, name=alias):
        return
    await put_meta(client, name, {marks.META: fill.new()})
    await client.indices.put_alias(index=name, name=alias)


async def create(client: AsyncElasticsearch, name: str, kind: names.Kind, *, alias: str, settings: Json, meta: Json | None = None) -> bool:
    """Make an index with our mapping behind an alias, in one call; False when it exists. Raises Misconfigured where Elasticsearch refuses."""
    mappings = mapping.MAPPINGS[kind] | ({"_meta": meta} if meta else {})
    try:
        await client.indices.create(index=name, settings=settings, mappings=mappings, aliases={alias: {}})
    except BadRequestError as error:
        if error.error == "resource_already_exists_exception":
            return False
        raise _explained(error, name) from error
    log.info("created index", index=name, alias=alias)
    return True


def _explained(error: ApiError, name: str) -> Misconfigured:
    reason = reason_of(error.body)
    if any(word in reason for word in ("cjk_bigram", "ngram", "analyzer", "tokenizer", "char_filter")):
        return Misconfigured(
            "this Elasticsearch lacks the Chinese analysis (cjk_bigram, mapping, ngram): use the official image or full distribution, "
            f"or install jianbao's small analysis plugin in it. It says: {reason}"
        )
    return Misconfigured(f"Elasticsearch refuses to create index {name}: {reason}")


async def verify(client: AsyncElasticsearch, name: str, kind: names.Kind) -> None:
    """Raise Misconfigured unless index `name` has every field and analyzer that we use, just as we would make it."""
    found = (await client.indices.get(index=name, features="mappings,settings")).body[name]
    differences = differing(found, kind)
    if differences:
        raise Misconfigured(
            f"index {name} was not made by this version of jianbao: {', '.join(differences)}. Run `jianbao rebuild`, which makes a new one from "
            "Kafka beside it while searches go on, or run the version that made it"
        )


def differing(found: Json, kind: str) -> list[str]:
    """What an index (as `GET /index` describes it) has otherwise than we would make it; fields beyond ours are fine. Pure."""
    mappings = found.get("mappings", {})
    properties = mappings.get("properties", {})
    differences = [
        f"field {field} is {'missing' if field not in properties else 'of another form'}"
        for field, wanted in mapping.MAPPINGS[kind]["properties"].items()
        if properties.get(field) != wanted
    ]
    if mappings.get("dynamic") != "strict":
        differences.append("its mapping is not strict")
    settings = found.get("settings", {}).get("index", {})
    differences += unanalysed(settings)
    if kind == "items" and settings.get("similarity") != mapping.SIMILARITY:
        differences.append("it ranks otherwise (similarity)")
    return differences


def unanalysed(settings: Json) -> list[str]:
    """What an index's settings have of our analysis otherwise than we would make it. Pure."""
    analysis = settings.get("analysis", {})
    return [
        f"{part} {name} is {'missing' if name not in analysis.get(part, {}) else 'of another form'}"
        for part, wanted in mapping.ANALYSIS.items()
        for name, definition in wanted.items()
        if analysis.get(part, {}).get(name) != definition
    ]
