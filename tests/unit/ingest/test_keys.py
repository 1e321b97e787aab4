"""New API keys."""

from services.ingest import keys


def test_new_keys_differ_and_go_into_headers() -> None:
    """Random, long and plain ASCII."""
    made = {keys.new() for _ in range(100)}
    assert len(made) == 100
    assert all(len(key) >= 43 and key.isascii() and key.isprintable() and " " not in key for key in made)
