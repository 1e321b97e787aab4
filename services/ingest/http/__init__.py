"""The HTTP side: a request's body and fields, its answer, and the API's description."""
