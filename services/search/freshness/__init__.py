"""The freshness of sources (shared.freshness) as pages, the pipeline's answer and metrics show it.

watch.py      all of it looked at every half minute
"""
