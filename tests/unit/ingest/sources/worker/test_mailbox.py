"""Where the password of a mailbox may go."""

from pathlib import Path

import pytest

from services.ingest.sources.fetch.addresses import opened
from services.ingest.sources.fetch.errors import FetchFailed
from services.ingest.sources.worker.mailbox import Mailbox
from shared.registry.entry import Imap


@pytest.mark.parametrize(
    ("tls", "address", "refused"),
    [
        ("tls", "8.8.8.8", None),
        ("starttls", "8.8.8.8", None),
        ("none", "8.8.8.8", "no_tls"),
        ("none", "10.1.2.3", None),
        ("none", "10.9.2.3", "closed_address"),
        ("tls", "10.9.2.3", "closed_address"),
    ],
)
async def test_where_a_password_may_go(tls: str, address: str, refused: str | None) -> None:
    """In the clear only into a network that an operator opened."""
    mailbox = Mailbox(Path("/run/secrets"), opened(["10.1.0.0/16"]), addresses=lambda host, port: [address])
    said = {"host": "mail.example.org", "user": "u", "password_file": "/run/secrets/mail", "tls": tls}
    fetch = Imap.model_validate(said)
    assert mailbox._allowed(fetch, address) is (refused is None)
    if refused is None:
        await mailbox._check(fetch)
        return
    with pytest.raises(FetchFailed) as failed:
        await mailbox._check(fetch)
    assert (failed.value.kind, failed.value.lasting) == (refused, True)
