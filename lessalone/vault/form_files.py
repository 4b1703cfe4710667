"""Files of the plain form: sealed as they arrive, so that no plain byte is ever in a temporary file."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from lessalone.people.models import Member
from lessalone.vault import incoming, refusals, uploads
from lessalone.vault.models import Photo, Shelf, Upload


@dataclass(slots=True)
class SealedFile:
    """One file of the form, and what became of it. `name` is as the browser says it, for the answer alone."""

    name: str
    upload: Upload | None
    reason: str = ""

    @property
    def photo(self) -> Photo | None:
        return self.upload.photo if self.upload else None

    @property
    def sentence(self) -> str:
        """Why it was not kept; empty when it was."""
        return refusals.sentence(self.reason) if self.reason else ""

    def close(self) -> None:
        """Django closes what it was given; there is nothing open."""


class SealingHandler(FileUploadHandler):
    """Writes each file of the form into an upload of its own. One that is refused does not stop the
    others."""

    def __init__(self, request: HttpRequest, *, actor: Member, shelf: Shelf) -> None:
        super().__init__(request)
        self.actor, self.shelf = actor, shelf
        self._open = ExitStack()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.current = SealedFile(self.file_name or "", None)
        try:
            upload = uploads.begin(actor=self.actor, shelf=self.shelf, length=None)
        except refusals.Refused as refusal:
            self.current.reason = refusal.reason
            return
        file = self._open.enter_context(incoming.locked(upload.key_id, 0))
        self.writer = incoming.Writer(file, upload.key_id, offset=0, stored=0)
        self.current.upload = upload

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.current.reason:
            return
        if self.writer.offset + len(raw_data) > uploads.most_bytes():
            self._refuse(refusals.TOO_MANY_BYTES)
            return
        self.writer.add(raw_data)

    def file_complete(self, file_size: int) -> Any:
        upload = self.current.upload
        if upload is not None:
            self.writer.sync()
            upload.offset, upload.stored, upload.length = self.writer.offset, self.writer.stored, file_size
            upload.save(update_fields=["offset", "stored", "length"])
        self._open.close()
        return self.current

    def upload_interrupted(self) -> None:
        self._open.close()
        upload = getattr(self, "current", SealedFile("", None)).upload
        if upload is not None:
            uploads.forget(upload)

    def _refuse(self, reason: str) -> None:
        assert self.current.upload is not None
        self._open.close()
        uploads.forget(self.current.upload)
        self.current.upload, self.current.reason = None, reason


def finish(files: list[SealedFile]) -> None:
    """Keep or refuse each file, one after another."""
    for file in files:
        if file.upload is not None:
            uploads.finish(upload=file.upload)
            file.reason = file.upload.refusal
