"""Imported by the pool's fork server and by nothing else: ties that process to its worker, and loads what children need.

A child that was killed is replaced at once, as the new one is forked from there with everything imported.
"""

from services.enrich.segment.model import model
from services.enrich.stream import child

child.die_with_parent()
model()  # the splitter's weights, once for all children
