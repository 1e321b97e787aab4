"""An item's title and body in, its entities out: one module for each kind of entity, `extract` calls them all. Pure.

An `Allowance` says how much of a digest is looked through; `tie_companies` then ties short names over the items of one digest.
"""

from services.enrich.entities.allowance import Allowance
from services.enrich.entities.companies.ties import tie_companies
from services.enrich.entities.extract import extract

__all__ = ["Allowance", "extract", "tie_companies"]
