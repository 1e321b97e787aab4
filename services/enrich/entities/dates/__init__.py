"""Folded text in, the days, months, years and intervals that it names out."""

from services.enrich.entities.dates.find import find_dates

__all__ = ["find_dates"]
