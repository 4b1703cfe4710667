"""Pages of those who keep photos. To anyone else a photo does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import decorator_from_middleware
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from lessalone.kit.csrf import SameOriginCsrfMiddleware
from lessalone.people.access import member_required
from lessalone.people.bearing import SHOW, bearing_of
from lessalone.people.notes import PHOTOS
from lessalone.ui.confirming import ask_first
from lessalone.vault import album, form_files, formats, patches, photos
from lessalone.vault.darkroom.job import Busy, OutOfOrder
from lessalone.vault.forms import COLUMNS, PatchesForm
from lessalone.vault.models import Blob, PatchSet, Photo, Receipt, Shelf
from lessalone.vault.ranges import Range, Unsatisfiable, parse

csrf_checked = decorator_from_middleware(SameOriginCsrfMiddleware)


# --- A shelf ---


@csrf_exempt  # checked in `_shelf`, once the files are on their way to be sealed and not to a temporary file
@require_http_methods(["GET", "POST"])
@member_required
def shelf(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The photos of a shelf that one keeps, and a plain form to add more."""
    found = get_object_or_404(_shelves(request), public_id=public_id)
    if request.method == "POST":
        get_object_or_404(Shelf.objects.open_to(_pk(request)), pk=found.pk)
        handler = form_files.SealingHandler(request, actor=request.user, shelf=found)
        request.upload_handlers = [handler]
    return _shelf(request, found)


@csrf_checked
def _shelf(request: HttpRequest, found: Shelf) -> HttpResponse:
    if request.method == "GET":
        is_open = Shelf.objects.open_to(_pk(request)).filter(pk=found.pk).exists()
        seen = album.album_of(
            found,
            request.user,
            after=request.GET.get("after"),
            without_sheet=bool(request.session.get("vault-without-sheet")),
        )
        return render(request, "vault/shelf.html", {"shelf": found, "album": seen, "is_open": is_open})
    files: list[Any] = list(request.FILES.getlist("photos"))
    form_files.finish(files)
    status = 200 if files and not any(file.reason for file in files) else 422
    return render(request, "vault/sent.html", {"shelf": found, "files": files}, status=status)


@require_POST
@member_required
def without_sheet(request: HttpRequest, public_id: str) -> HttpResponse:
    """Not now: go on without a recovery sheet, until the next sign-in."""
    request.session["vault-without-sheet"] = True
    return redirect("vault-shelf", public_id)


# --- A photo ---


@require_http_methods(["GET", "POST"])
@member_required
def photo(request: HttpRequest, public_id: str) -> HttpResponse:
    """One photo, for who keeps it: covered first, unless they chose otherwise; a POST shows or covers it."""
    found = _photo(request, public_id)
    is_shown = bearing_of(request.user).choice(PHOTOS) == SHOW
    if request.method == "POST":
        is_shown = request.POST.get("show") == "yes"
    original = photos.original_of(found)
    context = {
        "photo": found,
        "is_shown": is_shown,
        "original": original,
        "format": formats.BY_NAME[found.format],
        "others": photos.keepers_besides(found, _pk(request)),
        "patch_sets": _patches(request, found).order_by("pk"),
    }
    return render(request, "vault/photo.html", context)


@require_GET
@member_required
def picture(request: HttpRequest, public_id: str, width: int) -> HttpResponse:
    """A rendition, for who keeps the photo."""
    return _rendition(request, _photo(request, public_id), width)


@require_GET
@member_required
def patched_picture(request: HttpRequest, public_id: str, patch_set: str, width: int) -> HttpResponse:
    """A softened rendition, for who keeps the photo."""
    found = _photo(request, public_id)
    return _rendition(request, found, width, get_object_or_404(_patches(request, found), public_id=patch_set))


@require_GET
@member_required
def veil(request: HttpRequest, public_id: str) -> HttpResponse:
    """Nine colours: what lies over a covered photo."""
    return _image(photos.read_veil(_photo(request, public_id)))


@require_safe
@member_required
def original(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The untouched file, to who keeps it; also in parts (RFC 9110, one range)."""
    found = _photo(request, public_id)
    blob = photos.original_of(found)
    try:
        part = parse(request.headers.get("Range", ""), blob.size)
    except Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{blob.size}"})
    body: Iterator[bytes] = iter(())
    if request.method == "GET":
        body = photos.read_original(found, part.start, part.stop)
    return _attachment(found, blob, part, body)


@require_http_methods(["GET", "POST"])
@member_required
def let_go(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask, then let go: one's own keeping ends, and what nobody keeps is destroyed."""
    found = _photo(request, public_id)
    others = photos.keepers_besides(found, _pk(request))
    if request.method == "POST":
        photos.let_go(actor=request.user, photo=found)
        messages.success(request, _let_go_said(others))
        return redirect("vault-shelf", found.shelf.public_id)
    return ask_first(
        request,
        _("Let go of this photo?"),
        _let_go_sentences(others),
        confirm_label=_("Let go of it"),
        cancel_url=reverse("vault-photo", args=[public_id]),
        cancel_label=_("Keep it"),
        is_destroying=not others,
    )


# --- Soft patches ---


@require_http_methods(["GET", "POST"])
@member_required
def soften(request: HttpRequest, public_id: str) -> HttpResponse:
    """Choose places to soften; makes a set of pictures of its own, and leaves the photo as it is."""
    found = _photo(request, public_id)
    if not found.is_ready:
        raise Http404
    form = PatchesForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            patches.soften(actor=request.user, photo=found, regions=form.cleaned_data["regions"])
            messages.success(request, _("The softened picture is ready. The photo itself is unchanged."))
            return redirect("vault-photo", public_id)
        except (Busy, OutOfOrder):
            form.add_error(None, _("Many photos are being made ready. Please try again in a minute."))
        except patches.BadRegions:
            form.add_error(None, _("A place lies outside the picture. Please choose again."))
    context = {"photo": found, "form": form, "columns": COLUMNS}
    return render(request, "vault/soften.html", context, status=422 if form.errors else 200)


@require_POST
@member_required
def patches_remove(request: HttpRequest, public_id: str, patch_set: str) -> HttpResponse:
    """Remove a set of soft patches that no story uses."""
    found: PatchSet = get_object_or_404(_patches(request, _photo(request, public_id)), public_id=patch_set)
    if patches.remove(patch_set=found):
        messages.success(request, _("The softened picture is gone. The photo itself is unchanged."))
    else:
        messages.warning(request, _("A story uses this softened picture, so it stays."))
    return redirect("vault-photo", public_id)


# --- Receipts ---


@require_GET
@member_required
def receipts(request: HttpRequest) -> HttpResponse:
    """What was erased at one's own request, counted."""
    rows = (
        Receipt.objects.filter(request__actor_id=_pk(request)).select_related("request").order_by("-pk")[:100]
    )
    return render(request, "vault/receipts.html", {"receipts": rows})


# --- What they need ---


def _pk(request: HttpRequest) -> int:
    return int(request.user.pk)


def _shelves(request: HttpRequest) -> Any:
    """Shelves one adds to, and those one still keeps photos of."""
    member_id = _pk(request)
    kept = Photo.objects.kept_by(member_id).values("shelf")
    return Shelf.objects.open_to(member_id) | Shelf.objects.filter(pk__in=kept)


def _photo(request: HttpRequest, public_id: str) -> Photo:
    return get_object_or_404(Photo.objects.kept_by(_pk(request)).select_related("shelf"), public_id=public_id)


def _patches(request: HttpRequest, found: Photo) -> Any:
    return found.patch_sets.seen_by(_pk(request))


def _rendition(
    request: HttpRequest, found: Photo, width: int, patch_set: PatchSet | None = None
) -> HttpResponse:
    if width not in photos.WIDTHS:
        raise Http404
    accepted = request.headers.get("Accept", "*/*")
    is_old = accepted != "*/*" and "image/webp" not in accepted
    return _image(photos.read_rendition(found, width, patch_set, webp=not is_old))


def _image(shown: photos.Shown) -> HttpResponse:
    return HttpResponse(
        shown.data, content_type=shown.media_type, headers={"Content-Disposition": "inline", "Vary": "Accept"}
    )


def _attachment(found: Photo, blob: Blob, part: Range, body: Iterator[bytes]) -> HttpResponseBase:
    """A neutral file name: others may look at the list of downloads."""
    name = f"photo-{found.public_id[:8]}.{formats.BY_NAME[found.format].extension}"
    response = StreamingHttpResponse(
        body, status=206 if part.is_partial else 200, content_type=blob.media_type
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Length"] = str(part.stop - part.start)
    response["Accept-Ranges"] = "bytes"
    if part.is_partial:
        response["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{blob.size}"
    return response


def _let_go_sentences(others: int) -> list[str]:
    if others:
        return [
            ngettext(
                "One other person keeps this photo too. For them nothing changes.",
                "%(count)s others keep this photo too. For them nothing changes.",
                others,
            )
            % {"count": others},
            _("You will not see it here any more, and you cannot get it back from here."),
            _("You may want to download the original first."),
        ]
    return [
        _("Nobody else keeps this photo. We destroy the original and every picture we made of it."),
        _("Nobody can bring it back, and neither can we. It leaves every story it is in."),
        _("If others could see it, someone may have kept a copy. We cannot undo that."),
        _("You may want to download the original first."),
    ]


def _let_go_said(others: int) -> str:
    if others:
        return _("You no longer keep this photo. Those who also keep it still have it.")
    return _("Nobody can see this photo any more, and we are destroying it now.")
