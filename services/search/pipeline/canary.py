"""A made-up word of the monitor's own digest → whether a search finds it; answered to whom metrics are told.

It is searched for by the code that answers people's searches, in the indices of that digest alone
(`shared.index_names.canary`). What people search through must answer the same question too, so that a canary is not
found while their index can't be searched.
"""

import re

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.search.answer.finder import Finder
from services.search.errors import SearchError, body
from services.search.query.request import NONE, SearchRequest
from shared.health import refusal
from shared.health.guard import Guard

CANARY = "/canary"

_WORD = re.compile(r"[a-z]{8,32}", re.ASCII)


def routes(canaries: Finder, people: Finder, guard: Guard) -> list[Route]:
    """Return the route; `canaries` searches the indices of the monitor's digest, `people` those of all others."""

    async def found(request: Request) -> Response:
        if refused := refusal(guard.answer(request.headers)):
            return refused
        word = request.query_params.get("word", "")
        if not _WORD.fullmatch(word):
            return JSONResponse(body(422, "invalid_parameter", "word: 8 to 32 letters a to z"), 422)
        asked = SearchRequest.model_validate({"q": word, "size": 1, "others": 0, "relax": False, "facets": [NONE]})
        try:
            answer = await canaries.search(asked)
            if answer.total:
                await people.search(asked)
        except SearchError as error:
            return JSONResponse(body(error.status, error.code, str(error)), error.status)
        return JSONResponse({"found": bool(answer.total)})

    return [Route(CANARY, found)]
