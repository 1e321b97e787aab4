"""An app → its routes as (method, path), those of the routers in it too."""

from collections.abc import Iterable, Iterator

from starlette.routing import BaseRoute, Route


def routes_of(routes: Iterable[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Each but HEAD, which goes with GET."""
    for route in routes:
        if isinstance(route, Route):
            yield from ((method, route.path) for method in route.methods or () if method != "HEAD")
        elif router := getattr(route, "original_router", None):  # FastAPI keeps an included router as it is
            yield from routes_of(router.routes)
