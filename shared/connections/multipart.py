"""The stream of a multipart form → its fields and files, all in memory, or Rejected; whoever gives the stream bounds it in size and time."""

import contextlib
from collections.abc import AsyncGenerator

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from shared.errors import Rejected

Part = tuple[str, UploadFile | str]
"""A name with a file, or a field's value."""


class _Parser(MultiPartParser):
    """starlette's, which takes a form that was cut off for a whole one and leaves its last file open."""

    ended = False

    spool_max_size = 2**40
    """Bytes from which a file would lie on disk: never. What a form takes is held as memory already (a container's
    /tmp is memory too), and files by the dozen would be open for each, which are Kafka's."""

    def on_end(self) -> None:
        """The last boundary came."""
        self.ended = True

    def close_files(self) -> None:
        """Close every file, those too that are no part of the form."""
        for file in self._files_to_close_on_error:
            file.close()


@contextlib.asynccontextmanager
async def parts(
    headers: Headers, stream: AsyncGenerator[bytes, None], *, files: int, fields: int, field_bytes: int
) -> AsyncGenerator[list[Part], None]:
    """The parts of a form, its files closed afterwards: so many `files` and `fields` at most, none of these larger than `field_bytes`.

    Raises Rejected (`bad_form`) where it is no form, has more, or was cut off, and what the stream raises.
    """
    parser = _Parser(headers, stream, max_files=files, max_fields=fields, max_part_size=field_bytes)
    try:
        yield await _parsed(parser)
    finally:
        parser.close_files()


async def _parsed(parser: _Parser) -> list[Part]:
    try:
        items = (await parser.parse()).multi_items()
    except MultiPartException as error:
        raise Rejected("bad_form", f"the multipart form can't be read: {error.message}") from None
    except (KeyError, ValueError) as error:  # no boundary; a charset that Python knows and that decodes no text, such as idna
        raise Rejected("bad_form", "the multipart form names no boundary, or a charset that it can't be read under") from error
    if not parser.ended:
        raise Rejected("bad_form", "the multipart form was cut off: its last boundary is missing; send it again")
    return items
