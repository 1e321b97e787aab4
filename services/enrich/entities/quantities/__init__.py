"""Folded text in, the quantities that it states out, with what makes a target or a fact of each."""

from services.enrich.entities.quantities.find import find_quantities
from services.enrich.entities.quantities.targets import judged

__all__ = ["find_quantities", "judged"]
