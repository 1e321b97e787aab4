"""What every test may ask for: `engines` and `namespace` from tests.engines, and its rule that CI may not skip all connected tests."""

from tests.engines import engines, namespace, pytest_collection_modifyitems, pytest_configure

__all__ = ["engines", "namespace", "pytest_collection_modifyitems", "pytest_configure"]
