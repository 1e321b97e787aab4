"""What people said of a source in the registry → the taxonomy, links and regions of its digests' items. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from services.enrich.blocks import Anchor
from services.enrich.fit import fitting
from services.enrich.taxonomy import Lexicon, compiled_by_name, taxonomies
from shared.records import Entity
from shared.sources import Source


def taxonomy_of(source: str, items: Iterable[tuple[str | None, str]], known: Source | None) -> Lexicon:
    """The taxonomy that people named, else the fitting one; one that this version does not have says nothing."""
    if known is not None and known.taxonomy in taxonomies():
        return compiled_by_name(known.taxonomy)
    return fitting(source, items)


def linked(links: tuple[Anchor, ...], known: Source | None) -> tuple[Anchor, ...]:
    """The links, those without a host of their own as seen from the source's base address."""
    if known is None or known.base_url is None:
        return links
    return tuple(replace(link, url=_whole(known.base_url, link.url)) for link in links)


def regions_of(found: tuple[str, ...], entities: Iterable[Entity], known: Source | None) -> tuple[str, ...]:
    """What an item is about; where it names no region at all, the source's."""
    if known is None or known.region is None or any(entity.type == "region" for entity in entities):
        return found
    return found or (known.region,)


def _whole(base: str, url: str) -> str:
    try:
        parts = urlsplit(url)
        return url if parts.scheme or not url or url.startswith("#") else urljoin(base, url)
    except ValueError:  # what is no address stays as it was printed
        return url
