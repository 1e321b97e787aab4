"""Mappings and settings of the two indices as code, `dynamic: strict`. Pure.

Text is analysed twice, as one analysis can't serve both (figures: 8,503 news bodies, 1,500 headlines as queries, two cores):

- `title`, `body`: overlapping pairs of characters, to rank by: MRR@10 0.826 against 0.813 of single characters, and of smartcn, which takes
  three times as long to index;
- `.chars`: single characters with punctuation, for phrases and single characters: finds every piece cut from a text at random, where pairs find
  316 of 1,067.

Pairs lose a phrase where Han characters meet punctuation, Latin or digits (`昆山:将新增`, `容量25万千瓦`): there `.chars` is asked.
`cjk_bigram` goes without `output_unigrams`: as search analyzer that makes a token graph, and a headline fails with too many clauses.
"""

from typing import Any

from shared.text import folding

Json = dict[str, Any]

# Lucene refuses terms over 32,766 bytes, and with them the document; a UTF-16 unit is at most 3 bytes in UTF-8, so that 8,191 units always fit.
# Longer values stay readable in _source and are just not searchable.
_KEYWORD: Json = {"type": "keyword", "ignore_above": 8191}
# Read with the document, never searched or counted: costs no index.
_KEPT: Json = {"type": "keyword", "index": False, "doc_values": False}
_PLACE: Json = {"type": "integer", "index": False, "doc_values": False}
_OPAQUE: Json = {"type": "object", "enabled": False}
_DAY: Json = {"type": "date", "format": "strict_date"}
_TIME: Json = {"type": "date", "format": "strict_date_optional_time"}
_TEXT: Json = {
    "type": "text",
    "analyzer": "bigrams",
    # Without norms: `.chars` says whether a phrase is there; with them single characters rank no better (MRR@10 .9182 against .9180).
    "fields": {"chars": {"type": "text", "analyzer": "chars", "norms": False}},
}

# What is only looked for as it stands, never ranked by.
_CHARS: Json = {"type": "text", "analyzer": "chars", "norms": False}

ANALYSIS: Json = {
    # One character to one, so that places stay; the same table as Python's, so that what is found and what is marked are the same.
    "char_filter": {"folding": {"type": "mapping", "mappings": folding.MAPPINGS}},
    "tokenizer": {
        # An ngram tokenizer of length 1; white space is left out, so that a phrase is found over a line's end. min_gram and max_gram are
        # strings because Elasticsearch gives them back so.
        "chars": {
            "type": "ngram",
            "min_gram": "1",
            "max_gram": "1",
            "token_chars": ["letter", "digit", "punctuation", "symbol", "custom"],
            "custom_token_chars": folding.KEPT_NUMBERS,
        },
    },
    "analyzer": {
        # All folding is done before the tokenizer: no cjk_width, no lowercase.
        "bigrams": {"type": "custom", "char_filter": ["folding"], "tokenizer": "standard", "filter": ["cjk_bigram"]},
        "chars": {"type": "custom", "char_filter": ["folding"], "tokenizer": "chars"},
    },
}

SIMILARITY: Json = {"default": {"type": "BM25", "k1": "0.6", "b": "0.75"}}
"""Items are short: a word that comes twice says little more than one that comes once (k1; 1.2 by default)."""

ITEM_PROPERTIES: Json = {
    "item_id": _KEYWORD,
    "digest_id": _KEYWORD,
    "revision": {"type": "long"},
    "build": {"type": "integer"},
    "source": _KEYWORD,
    "digest_title": _KEYWORD,
    "digest_url": _KEYWORD,
    "external_id": _KEYWORD,
    "ordinal": {"type": "integer"},
    "number": _KEPT,
    "title": _TEXT,
    "headline": _KEPT,
    "subject": _KEYWORD,
    "section": _KEYWORD,
    "section_path": _KEYWORD,
    "body": _TEXT,
    # Lines that neither of them holds whole, such as a title with its numbering: to be found by, not to rank by.
    "printed": _CHARS,
    "published_on": _DAY,
    "published_on_basis": _KEYWORD,
    "received_at": _TIME,
    "doc_type": _KEYWORD,
    "level": _KEYWORD,
    "topics": _KEYWORD,
    "regions": _KEYWORD,
    "region_names": _KEYWORD,
    "region_labels": _KEYWORD,
    # The regions that the item is about, in the same three forms.
    "about_regions": _KEYWORD,
    "about_region_names": _KEYWORD,
    "about_region_labels": _KEYWORD,
    "agencies": _KEYWORD,
    "companies": _KEYWORD,
    "documents": _KEYWORD,
    "document_nos": _KEYWORD,
    "standards": _KEYWORD,
    "schemes": _KEYWORD,
    "persons": _KEYWORD,
    "entities": _OPAQUE,
    "links": _OPAQUE,
    "images": _OPAQUE,
    "spans": _OPAQUE,
    # Of an item without a body: what stands beside it (services.index.document). Shown, never found by.
    "context": _OPAQUE,
    "source_line": _KEPT,
    # `code|path` of the regions and of all that they lie in: counted as a tree with its names (shared.text.lineage).
    "region_tree": _KEYWORD,
    "about_region_tree": _KEYWORD,
    # Nested, as a target is found by what belongs together: metric, amount and year of one sentence (services.index.targets).
    "targets": {
        "type": "nested",
        "properties": {
            "metric": _CHARS,
            "low": {"type": "double"},
            "high": {"type": "double"},
            "value": {"type": "double"},
            "unit": _KEYWORD,
            "deadline": {"type": "integer"},
            "by": _KEPT,
            "text": _KEPT,
            "field": _KEPT,
            "start": _PLACE,
            "end": _PLACE,
        },
    },
    # What the same story told elsewhere has too, and names of documents as all ways to write them: see shared.text.
    # Asked for alone, never counted or sorted by.
    "bands": {"type": "keyword", "doc_values": False},
    # 两部门 finds 国家发展改革委、国家能源局联合印发 (services.index.joint).
    "joint_issuers": {"type": "integer"},
    # Items of one wording: folded, counted and opened by it (shared.text.story_keys).
    "story_key": _KEYWORD,
    # To rank by only, so without positions: the characters of the body's beginning, and its words (shared.text.segmented).
    "lead": {"type": "text", "analyzer": "chars", "index_options": "freqs"},
    "words": {"type": "text", "analyzer": "whitespace", "index_options": "freqs"},
    "document_keys": _KEYWORD,
    # Pinyin and initials, looked up by their beginning alone.
    "title_keys": {"type": "keyword", "doc_values": False},
}

MANIFEST_PROPERTIES: Json = {
    "digest_id": _KEYWORD,
    "version": {"type": "long"},
    "revision": {"type": "long"},
    "build": {"type": "integer"},
    "knowledge": {"type": "integer"},
    "source": _KEYWORD,
    "title": _KEYWORD,
    "url": _KEYWORD,
    "external_id": _KEYWORD,
    # The API key that fed it, took it back or released it.
    "key_name": _KEYWORD,
    "publisher": _KEYWORD,
    "issue_number": _KEYWORD,
    "media_type": _KEYWORD,
    "published_on": _DAY,
    "published_on_basis": _KEYWORD,
    "received_at": _TIME,
    "enriched_at": _TIME,
    "withdrawn": {"type": "boolean"},
    "released": {"type": "boolean"},
    # Why it is held and has no items; `exists` finds those that are. Its text is shown and never found.
    "quarantine": {"properties": {"code": _KEYWORD, "message": _KEPT, "figures": _OPAQUE, "beginning": _KEPT}},
    # Read by digest id only; the sum of all of them is every item once more, so they are not indexed.
    "item_ids": _KEPT,
    # Searchable: an operator can ask which digests still have items to delete. Empty almost always.
    "to_delete": _KEYWORD,
    # Items of this version that Elasticsearch refused: their digest is a dead letter. Empty almost always.
    "refused": _KEYWORD,
    "item_count": {"type": "integer"},
    # Where the records of its last revisions lie in the enriched topic: see services.index.revisions.
    "revisions": _OPAQUE,
    "sections": _KEYWORD,
    "contents": _KEPT,
    "warnings": _OPAQUE,
    "confidence": {"type": "float"},
    "reasons": _KEPT,
    # How much of the text lies in items, and all that does not, as a whole digest's: cut by enrich so that a manifest stays small.
    "share": {"type": "float"},
    # Counts that tell a new layout (shared.quality.figures): read with a source's latest issues, never searched.
    "looks": _OPAQUE,
    "others": {"properties": {"kind": _KEPT, "text": _CHARS, "start": _PLACE, "after": _PLACE}},
}

# All of it stays in _source: with fields left out, Elasticsearch keeps every document twice until a merge long after (_recovery_source), and an
# index of 200,000 items was 1.55 times its documents instead of 1.12.
ITEMS_MAPPING: Json = {"dynamic": "strict", "properties": ITEM_PROPERTIES}
DIGESTS_MAPPING: Json = {"dynamic": "strict", "properties": MANIFEST_PROPERTIES}
MAPPINGS: dict[str, Json] = {"items": ITEMS_MAPPING, "digests": DIGESTS_MAPPING}


def settings(kind: str, *, shards: int, replicas: int) -> Json:
    """Settings for a new index of that kind (`items` or `digests`)."""
    index: Json = {
        "number_of_shards": shards,
        "number_of_replicas": replicas,
        # Said outright, though 1s is the default too: only without the setting does Elasticsearch stop refreshing a shard that nobody has searched
        # for 30 s (index.search.idle.after), and the first search after a quiet night would wait for the refresh of all that came in.
        # Three seconds from 202 to searchable is the goal; one is spent here.
        "refresh_interval": "1s",
        # The default, said outright because commits rest on it: an answered bulk survives a kill -9 of Elasticsearch.
        "translog": {"durability": "request"},
    }
    index["analysis"] = ANALYSIS
    if kind == "items":
        index["similarity"] = SIMILARITY
    return {"index": index}
