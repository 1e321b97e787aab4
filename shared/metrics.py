"""Every Prometheus metric of every service, declared in one place with type and meaning.

The same four counters for each stage (ingest, enrich, index): received = sent + dead + discarded once all is quiet.
"""

from prometheus_client import Counter, Gauge, Histogram

received = Counter("jianbao_received_total", "Digests that a stage received", ["stage"])
sent = Counter("jianbao_sent_total", "Digests that a stage passed on: acknowledged by Kafka or Elasticsearch", ["stage"])
dead = Counter("jianbao_dead_total", "Digests that a stage gave up on: written to the dead topic", ["stage", "error"])
discarded = Counter(
    "jianbao_discarded_total",
    "Digests that a stage dropped on purpose: older than what is indexed, or fed before",
    ["stage", "reason"],
)
retries = Counter("jianbao_retries_total", "Tries that failed in passing and were made again", ["stage", "reason"])
seconds = Histogram(
    "jianbao_stage_seconds",
    "Seconds of work on one digest (ingest, enrich) or one batch (index)",
    ["stage"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)
latency = Histogram(
    "jianbao_latency_seconds",
    "Seconds from a digest's receipt to the end of a stage",
    ["stage"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300, 3600),
)
paused = Gauge("jianbao_paused", "1 while a stage waits for something that is away or for an operator", ["stage"])

connections = Gauge("jianbao_connections", "Connections of clients that are open")
ended = Counter("jianbao_connections_ended_total", "Connections refused (no_room) or ended (header, upload, answer, crowded, memory)", ["reason"])

refused = Counter("jianbao_ingest_refused_total", "Requests that ingest answered with an error", ["status"])
keys_refused = Counter(
    "jianbao_keys_refused_total", "Requests whose API key is unknown, expired, revoked, or not for this scope or source", ["service", "reason"]
)
keys_read = Gauge(
    "jianbao_keys_read", "1 while the keys file counts as it stands, 0 while it can't be read and the keys before still count", ["service"]
)

items = Counter("jianbao_items_total", "Items that digests were split into")
whole = Counter("jianbao_whole_total", "Digests that could not be split and became one whole item")
quarantined = Counter("jianbao_quarantined_total", "Digests that seem to be none and are held until a person decides", ["reason"])
text_in_items = Histogram(
    "jianbao_text_in_items",
    "Share of a digest's visible characters that lie in its items, 0 to 1; the rest is found as its other text",
    buckets=(0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 1),
)
warnings = Counter("jianbao_warnings_total", "Warnings on digests", ["kind"])
warnings.labels(kind="layout_changed")  # an alert asks for its increase, and from no series at all there is none
previews = Counter("jianbao_previews_total", "Previews that enrich was asked for, by what came of them", ["outcome"])
unclassified = Counter("jianbao_unclassified_total", "Items that no rule could class", ["kind"])
entities = Counter("jianbao_entities_total", "Entities extracted", ["type"])

past_queries = Counter("jianbao_past_queries_total", "Queries with hits that were kept for suggestions, or failed to be", ["verdict"])

index_items = Counter("jianbao_index_items_total", "Item writes that Elasticsearch answered for", ["verdict"])
index_stale = Counter("jianbao_index_stale_total", "Writes older than what is indexed, refused by their version")

completeness = Gauge("jianbao_completeness", "1 for what the monitor says of the index: green, yellow, red or unknown", ["state"])
lag = Gauge("jianbao_lag_records", "Records that a stage has not committed, over all partitions, as Kafka itself says", ["stage"])
lag_seconds = Gauge("jianbao_lag_seconds", "Age of the oldest record that waits for a stage; 0 where nothing waits", ["stage"])
lag_trend = Gauge("jianbao_lag_trend", "Records that more wait for a stage each second; below 0 it catches up", ["stage"])
lag_clear_seconds = Gauge("jianbao_lag_clear_seconds", "Until nothing waits for a stage, if all goes on so; +Inf where it never does", ["stage"])
lag_standing_seconds = Gauge(
    "jianbao_lag_standing_seconds", "For which something has waited in a partition of a stage and nothing gone on", ["stage"]
)
partition_lag = Gauge("jianbao_partition_lag_records", "Records of a partition that a stage has not committed", ["stage", "partition"])
partition_lag_seconds = Gauge(
    "jianbao_partition_lag_seconds", "Age of the oldest record of a partition that waits for a stage; 0 where nothing waits", ["stage", "partition"]
)
health = Gauge("jianbao_health", "1 for the state of the whole pipeline: green, yellow, red or unknown", ["state"])
incomplete = Gauge("jianbao_incomplete_digests", "Digests of which something is missing from the index, or too much is in it", ["kind"])
conservation_records = Gauge(
    "jianbao_conservation_records",
    "What a stage received and what became of it: received = done + replaced + dead + in_flight + lost",
    ["stage", "outcome"],
)
conservation_lost = Gauge(
    "jianbao_conservation_lost",
    "Digests that are missed behind a stage for longer than MONITOR_LOST_AFTER",
    ["stage"],
)

trouble = Gauge(
    "jianbao_trouble",
    "1 for each thing that the health report says is wrong now, the worst 200; role: a cause, or a symptom that a cause explains",
    ["code", "part", "state", "role"],
)
reported = Gauge("jianbao_report_timestamp_seconds", "Unix time of the last health report: an old one says nothing of now")
dead_waiting = Gauge("jianbao_dead_letters_waiting", "Dead letters of a stage that wait for a person", ["stage"])
canaries = Counter("jianbao_canary_total", "The monitor's own digests, by what became of each: found by search, or lost", ["outcome"])
canaries_lost = Gauge("jianbao_canary_lost_in_a_row", "The monitor's own digests that were lost since the last that was found")
canary_seconds = Histogram(
    "jianbao_canary_seconds",
    "Seconds from feeding the monitor's own digest to finding it",
    buckets=(0.5, 1, 1.5, 2, 3, 5, 10, 20, 30, 60, 120),
)

notices = Counter("jianbao_notices_total", "Tries to tell a channel of a change of health, or of an alert's hits", ["channel", "outcome"])
notices_waiting = Gauge("jianbao_notices_waiting", "1 while there is a notice that a channel has not taken yet", ["channel"])

search_seconds = Histogram("jianbao_search_seconds", "Seconds to answer a search", buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10))

fetches = Counter(
    "jianbao_fetches_total", "Turns of sources that are fetched, by what became of each: fetched, unchanged, or its error", ["kind", "outcome"]
)
fetched_bytes = Counter("jianbao_fetched_bytes_total", "Bytes of documents that were fetched, unpacked", ["kind"])
fetched_digests = Counter(
    "jianbao_fetched_digests_total", "What was fetched and handed to ingest: fed, duplicate, or refused for good", ["kind", "verdict"]
)
fetch_sources = Gauge("jianbao_fetch_sources", "Sources that failed the last time (failing), or so often that they are paused", ["state"])
fetch_leader = Gauge("jianbao_fetch_leader", "1 in the one worker that fetches, 0 in those that stand by")

source_silent = Gauge(
    "jianbao_source_silent_seconds",
    "Seconds since the last digest of a source was received, for the 200 sources that came last",
    ["source"],
)
sources_by_state = Gauge("jianbao_sources", "Sources whose next issue is still to come (fresh), late (due) or far too late (overdue)", ["state"])
