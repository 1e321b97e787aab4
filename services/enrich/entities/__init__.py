"""An item's title and body in, its entities out: one module for each kind of entity, `extract` calls them all. Pure."""

from services.enrich.entities.extract import extract

__all__ = ["extract"]
