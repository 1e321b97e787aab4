"""What a TLS library says of a connection that failed → which setting, or which certificate, has to be changed. Pure.

OpenSSL's texts are read, not types: Kafka's client hands on Python's errors, Elasticsearch's and httpx only what they said.
"""

from collections.abc import Sequence

_ADVICE: Sequence[tuple[Sequence[str], str]] = (
    (("certificate has expired",), "its certificate has expired: renew it there, or set this machine's clock"),
    (("certificate is not yet valid",), "its certificate is not valid yet: set this machine's clock"),
    (("hostname mismatch", "ip address mismatch", "doesn't match"), "its certificate is for another name: write in {address} one that it is for"),
    (
        ("certificate_verify_failed", "certificate verify failed", "self-signed", "self signed", "unable to get local issuer"),
        "its certificate is not trusted: set {ca_file} to the CA that signed it",
    ),
    (("wrong_version_number", "record layer failure", "http_request"), "it speaks no TLS there: check {switch}"),
    (("certificate_required", "bad_certificate", "bad certificate", "certificate required", "unknown_ca", "unknown ca"), "{client}"),
)
"""Words of OpenSSL in lower case, the special before the general, and what to do"""


def advice(said: str, *, address: str, ca_file: str, switch: str, client: str = "it takes no certificate of ours") -> str | None:
    """Return what to do where these are words of TLS, else None.

    The others are names of settings: the address, the CA bundle, what turns TLS on and off; `client` is what to do where a client's certificate
    is asked for.
    """
    low = said.lower()
    for words, text in _ADVICE:
        if any(word in low for word in words):
            return text.format(address=address, ca_file=ca_file, switch=switch, client=client)
    return None
