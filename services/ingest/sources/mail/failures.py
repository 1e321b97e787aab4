"""What a client of IMAP raises → FetchFailed in plain words, `lasting` where a person must act."""

import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator

from imapclient.exceptions import LoginError  # type: ignore[import-untyped]

from services.ingest.sources.fetch.errors import FetchFailed
from shared.registry.entry import Imap


@contextlib.contextmanager
def failures(box: Imap) -> Iterator[None]:
    """Say in plain words what went wrong."""
    where = f"{box.host}:{box.port}"
    try:
        yield
    except LoginError as error:
        said = f"{where} refuses the login of {box.user}: {_plain(error)}; most providers want an app password"
        # Some providers refuse logins that come too often, and take them later.
        raise FetchFailed("login", said, lasting="unavailable" not in str(error).lower()) from error
    except ssl.SSLCertVerificationError as error:
        raise FetchFailed("certificate", f"the certificate of {where} is not trusted: {error.verify_message}", lasting=True) from error
    except ssl.SSLError as error:
        raise FetchFailed("tls", f"{where} does not speak TLS as asked for ({error.reason or error}); is the port right?", lasting=True) from error
    except TimeoutError as error:
        raise FetchFailed("timeout", f"{where} did not answer in time") from error
    except imaplib.IMAP4.abort as error:
        raise FetchFailed("disconnected", f"{where} closed the connection: {_plain(error)}") from error
    except imaplib.IMAP4.error as error:
        raise FetchFailed("refused", f"{where} refuses: {_plain(error)}") from error
    except OSError as error:
        raise FetchFailed("unreachable", f"{where} can't be reached: {error.strerror or error}") from error


def _plain(error: Exception) -> str:
    # The client gives some answers as the text of their bytes: b'[AUTHENTICATIONFAILED] …'.
    said = re.sub(r"""^b(['"])(.*)\1$""", r"\2", " ".join(str(error).split()))
    return said[:200].rstrip(" .") or "no reason given"
