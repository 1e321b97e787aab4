"""Kafka and Elasticsearch as child processes, and the whole pipeline on them: for demos, tests and a single machine.

`engines.running_engines()` gives two addresses; `commands` holds `jianbao up`, `down` and `status`, `demo` holds `jianbao demo`.
"""
