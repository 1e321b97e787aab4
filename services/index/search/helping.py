"""A search and, where it finds nothing, what might help: queries that were meant, filters that emptied it. What found something is remembered."""

from services.index.search.facets import FACETS
from services.index.search.finder import Finder
from services.index.search.models import EmptiedBy, SearchAnswer
from services.index.search.request import SearchRequest
from services.index.search.suggest.helps import emptying, suggestions_for
from services.index.search.suggest.suggester import Suggester

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
        if answer.total and not answer.loosely:
            if self._suggester.past and request.q:
                self._suggester.past.note(request.q, answer.total)
            return answer
        meant = await suggestions_for(request, self._suggester, self._finder.search) if request.q.strip() else ()
        emptied = [EmptiedBy(name=name, label=LABELS[name], total=total) for name, total in await emptying(request, self._finder.search)]
        return answer.model_copy(update={"did_you_mean": tuple(meant), "emptied_by": tuple(emptied)})
