"""What is known of a digest → its day of publication: `published` weighs it, `moments` reads times that say
their zone. Pure."""

from services.enrich.published.moments import SHANGHAI
from services.enrich.published.published import Published, published

__all__ = ["SHANGHAI", "Published", "published"]
