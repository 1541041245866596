"""The file as it was sent: sealed in pieces in the database, laid out on disk only while it is read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from niangjia.orgs.models_roster import RosterBatch

PIECE = 1024 * 1024


@contextmanager
def original(batch: RosterBatch) -> Iterator[Path]:
    """The file of a batch, for as long as we are inside."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roster"
        with path.open("wb") as file:
            for piece in batch.pieces.order_by("number").iterator(chunk_size=4):
                file.write(piece.content)
        yield path


def pieces_of(path: Path) -> Iterator[bytes]:
    """A file at hand, in pieces to be kept."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
