"""The upload pages: tus 1.0 with creation, creation-with-upload, termination, checksum and expiration.

The body is read as a stream, never whole. What an answer acknowledges is on the disk (`vault.uploads`). A
file that is refused is answered with one sentence for the person, as plain text.
"""

from __future__ import annotations

import base64
import binascii
import errno
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _

from lessalone.people.access import member_required
from lessalone.people.models import Member
from lessalone.vault import incoming, refusals, uploads
from lessalone.vault.models import Shelf, Upload

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,checksum,expiration"
BODY = "application/offset+octet-stream"
STATUS = {
    refusals.TOO_MANY_BYTES: 413,
    refusals.TOO_MANY: 429,
    refusals.NO_ROOM: 507,
    refusals.NOT_YOURS: 403,
}
View = Callable[..., HttpResponse]


class _Wrong(Exception):
    """The request cannot be understood: answered with this status."""

    def __init__(self, status: int, reason: str = "") -> None:
        super().__init__(status)
        self.status, self.reason = status, reason


def _member_only(view: View) -> View:
    """A script cannot follow to the page for signing in: it gets a sentence."""
    guarded = member_required(view)

    def asked(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _say(403, _("You are signed out. Sign in again; what was sent so far is not lost."))
        return guarded(request, **kwargs)

    return login_not_required(asked)


@_member_only
def uploads_page(request: HttpRequest) -> HttpResponse:
    """What can be done here (OPTIONS), and a new upload (POST)."""
    return _answer(request, {"OPTIONS": _options, "POST": _create})


@_member_only
def upload_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """One upload of one's own: how far it is (HEAD), more of it (PATCH), an end to it (DELETE)."""
    methods = {"OPTIONS": _options, "HEAD": _head, "PATCH": _patch, "DELETE": _delete}
    return _answer(request, methods, public_id)


def _answer(request: HttpRequest, methods: dict[str, View], *args: str) -> HttpResponse:
    method = request.headers.get("X-HTTP-Method-Override", request.method or "").upper()
    if method not in methods:
        response = HttpResponse(status=405, headers={"Allow": ", ".join(methods)})
    elif method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
        response = HttpResponse(status=412, headers={"Tus-Version": VERSION})
    else:
        response = _try(methods[method], request, *args)
    response["Tus-Resumable"] = VERSION
    response["Cache-Control"] = "no-store"
    return response


def _try(act: View, request: HttpRequest, *args: str) -> HttpResponse:
    try:
        return act(request, *args)
    except _Wrong as wrong:
        return HttpResponse(status=wrong.status, reason=wrong.reason or None)
    except refusals.Refused as refusal:
        return _say(STATUS.get(refusal.reason, 422), refusals.sentence(refusal.reason))
    except uploads.Conflict:
        return HttpResponse(status=409)
    except uploads.TooMuch:
        return HttpResponse(status=413)
    except uploads.UnknownChecksum:
        return HttpResponse(status=400)
    except uploads.Mismatch:
        return HttpResponse(status=460, reason="Checksum Mismatch")
    except uploads.Ended:
        return HttpResponse(status=410)
    except incoming.Locked:
        return HttpResponse(status=423)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        return _say(507, refusals.sentence(refusals.NO_ROOM))


def _say(status: int, sentence: str) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")


# --- Methods ---


def _options(request: HttpRequest, public_id: str = "") -> HttpResponse:
    return HttpResponse(
        status=204,
        headers={
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(uploads.most_bytes()),
            "Tus-Checksum-Algorithm": ",".join(uploads.CHECKSUMS),
        },
    )


def _create(request: HttpRequest) -> HttpResponse:
    if "Upload-Defer-Length" in request.headers:
        raise _Wrong(400)
    length = _number(request, "Upload-Length")
    metadata = request.headers.get("Upload-Metadata", "")
    member = _member(request)
    shelf = _shelf(member, metadata)
    upload = uploads.begin(actor=member, shelf=shelf, length=length, metadata=metadata)
    response = HttpResponse(status=201)
    response["Location"] = reverse("vault-upload", args=[upload.public_id])
    if request.content_type == BODY and _size(request):
        _take(request, upload, 0)
        response["Upload-Offset"] = str(upload.offset)
    return _finished(upload, response)


def _head(request: HttpRequest, public_id: str) -> HttpResponse:
    upload = _own(request, public_id)
    metadata = uploads.metadata_of(upload)
    response = _finished(upload, HttpResponse(status=200))
    response["Upload-Offset"] = str(upload.offset)
    response["Upload-Length"] = str(upload.length)
    if metadata:
        response["Upload-Metadata"] = metadata
    return response


def _patch(request: HttpRequest, public_id: str) -> HttpResponse:
    if request.content_type != BODY:
        raise _Wrong(415)
    offset = _number(request, "Upload-Offset")
    upload = _own(request, public_id)
    _take(request, upload, offset)
    response = _finished(upload, HttpResponse(status=204))
    response["Upload-Offset"] = str(upload.offset)
    return response


def _delete(request: HttpRequest, public_id: str) -> HttpResponse:
    uploads.terminate(upload=_own(request, public_id))
    return HttpResponse(status=204)


# --- What they need ---


def _take(request: HttpRequest, upload: Upload, offset: int) -> None:
    """The body, into the upload. One that has become a photo takes nothing more, and says where it ended."""
    size = _size(request)
    if upload.photo_id is not None:
        if offset != upload.offset or size:
            raise uploads.Conflict
        return
    checksum = request.headers.get("Upload-Checksum", "")
    uploads.append(upload=upload, offset=offset, read=request.read, size=size, checksum=checksum)


def _finished(upload: Upload, response: HttpResponse) -> HttpResponse:
    """When all bytes are there, the photo is kept before anything is said. Raises `Refused` when it is
    not."""
    uploads.finish(upload=upload)
    if upload.refusal:
        raise refusals.Refused(upload.refusal)
    if upload.photo_id is not None:
        response["Photo-Location"] = reverse("vault-photo", args=[upload.photo.public_id])  # type: ignore[union-attr]
    response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return response


def _own(request: HttpRequest, public_id: str) -> Upload:
    upload = (
        Upload.objects.filter(member=_member(request), public_id=public_id)
        .select_related("photo", "member", "shelf")
        .first()
    )
    if upload is None:
        raise _Wrong(404)
    if upload.refusal:
        raise _Wrong(410)
    return upload


def _member(request: HttpRequest) -> Member:
    assert isinstance(request.user, Member)
    return request.user


def _shelf(member: Member, metadata: str) -> Shelf:
    wanted = _metadata(metadata).get("shelf", "")
    shelf = Shelf.objects.open_to(member.pk).filter(public_id=wanted).first()
    if shelf is None:
        raise refusals.Refused(refusals.NOT_YOURS)
    return shelf


def _metadata(header: str) -> dict[str, str]:
    """Pairs of a key and a base64 value. A value that is no text counts as none."""
    pairs = (part.strip().partition(" ") for part in header.split(",") if part.strip())
    found: dict[str, str] = {}
    for key, _space, value in pairs:
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise _Wrong(400) from None
    return found


def _number(request: HttpRequest, header: str) -> int:
    value = request.headers.get(header, "")
    if not (value.isascii() and value.isdigit()) or len(value) > 15:
        raise _Wrong(400)
    return int(value)


def _size(request: HttpRequest) -> int:
    """`Content-Length`. A body without one would be taken for empty, so it is refused."""
    if "Transfer-Encoding" in request.headers and not request.headers.get("Content-Length"):
        raise _Wrong(411)
    value = request.headers.get("Content-Length") or "0"
    if not value.isdigit():
        raise _Wrong(400)
    return int(value)
