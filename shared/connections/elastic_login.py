"""Elasticsearch's settings → which of them to change where it does not take our login or certificate. Pure, and without Elasticsearch's client."""

from shared.settings import ElasticsearchSettings

TLS = {
    "address": "ELASTICSEARCH_URL",
    "ca_file": "ELASTICSEARCH_CA_FILE",
    "switch": "ELASTICSEARCH_URL: https is for TLS, http for none",
}
"""Names for `shared.tls.advice`"""


def refused(settings: ElasticsearchSettings) -> str:
    """What to do where Elasticsearch does not take the login that these settings have. Pure."""
    if settings.api_key:
        return "ELASTICSEARCH_API_KEY is not taken: it may be mistyped, expired or revoked"
    if settings.username:
        return "check ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD"
    return "it asks for a login: set ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD"


def named(settings: ElasticsearchSettings) -> str:
    """Whose rights these settings have. Pure."""
    return "the key of ELASTICSEARCH_API_KEY" if settings.api_key else "the user of ELASTICSEARCH_USERNAME" if settings.username else "nobody's login"
