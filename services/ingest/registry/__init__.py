"""The registry of sources over HTTP and from a file: who may change what, and sources that their first digest makes known.

desk.py       what the service knows of sources, and who makes changes: Kafka, or a stand-in
found.py      sources that were fed and are not known → entries, in the background
asked.py      a request → the fields and edition that it names, and whether its key may set them
routes.py     /v1/sources
examples.py   what OpenAPI says of it
toml_file.py  a file of sources ↔ what is said of each
seed.py       that file at the start → entries of sources that nobody has edited
client.py     the API, as commands ask it
command.py    `jianbao source`
"""
