"""A search and, where it finds nothing, what might help: queries that were meant, filters that emptied it. What found something is remembered."""

from services.search.answer.finder import Finder
from services.search.models.search import EmptiedBy, SearchAnswer
from services.search.query.facets import FACETS
from services.search.query.request import SearchRequest
from services.search.suggest.helps import emptying, suggestions_for
from services.search.suggest.suggester import Suggester

LABELS = {name: facet.label for name, facet in FACETS.items()} | {"exclude": "排除", "target": "目标", "date": "发布日期"}
"""Filters as people know them"""


class Helping:
    """Answers what people search for; raises SearchError alone."""

    def __init__(self, finder: Finder, suggester: Suggester) -> None:
        self._finder, self._suggester = finder, suggester

    async def search(self, request: SearchRequest) -> SearchAnswer:
        """As the finder's; with help where nothing is found."""
        answer = await self._finder.search(request)
        if request.cursor:
            return answer
        if answer.total and not answer.relaxed:
            if self._suggester.past and request.q:
                self._suggester.past.note(request.q, answer.total)
            return answer
        meant = await suggestions_for(request, self._suggester, self._finder.search) if request.q.strip() else ()
        emptied = [EmptiedBy(name=name, label=LABELS[name], total=total) for name, total in await emptying(request, self._finder.search)]
        return answer.model_copy(update={"did_you_mean": tuple(meant), "emptied_by": tuple(emptied)})
