"""Elasticsearch's analysis plugin: Java sources, descriptor, and `build`, which makes a plugin folder of them."""
