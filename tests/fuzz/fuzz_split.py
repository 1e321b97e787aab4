"""Bytes that atheris makes up → the readers and the splitter, which must cover the text or refuse it, and never raise anything else.

Runs by hand, in an environment of its own that has atheris and what `enrich` needs (CONTRIBUTING.md, Fuzzing):

    python tests/fuzz/fuzz_split.py build/fuzz -max_total_time=1800
"""

import sys
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

with atheris.instrument_imports(include=["services.enrich"]):
    from services.enrich.readers import read
    from services.enrich.split.split import split
    from shared.errors import Rejected
    from shared.records import MediaType

TYPES: tuple[MediaType, ...] = ("text/plain", "text/markdown", "text/html")


def seeds(folder: Path) -> None:
    """Write what the digests of the tests are into `folder`, each behind the byte that says its media type."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in (ROOT / "tests/data/digests").iterdir():
        if path.suffix in (".txt", ".md", ".html"):
            (folder / path.name).write_bytes(bytes([(".txt", ".md", ".html").index(path.suffix)]) + path.read_bytes())


def one(data: bytes) -> None:
    """Split one made-up digest; its first byte chooses the media type."""
    if not data:
        return
    try:
        document = read(data[1:], media_type=TYPES[data[0] % len(TYPES)])
    except Rejected:
        return
    parted = split(document)
    pieces = sorted([(piece.start, piece.end) for piece in parted.boilerplate] + [(span.start, span.end) for spans in parted.spans for span in spans])
    at = 0
    for start, end in pieces:
        assert start == at < end, f"[{start}, {end}) does not follow {at}"
        at = end
    assert at == len(document.text), f"{at} of {len(document.text)} characters are covered"
    assert parted.stories, "nothing is dropped, so there is an item"


if __name__ == "__main__":
    seeds(Path(next((argument for argument in sys.argv[1:] if not argument.startswith("-")), "build/fuzz")))
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
