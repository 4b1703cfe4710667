"""The one place that gives a photo to anyone but its keepers. It asks policy each time."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from lessalone.sharing.models import Item, Placement
from lessalone.vault import photos
from lessalone.vault.photos import Shown


@login_not_required
@require_GET
def photo(request: HttpRequest, public_id: str, width: int) -> HttpResponse:
    """One rendition of a placed photo, for whoever may see it. Anything else does not exist."""
    if width not in photos.WIDTHS:
        raise Http404
    return _given(
        request, public_id, lambda placed: photos.read_rendition(placed.photo, width, placed.patch_set_id)
    )


@login_not_required
@require_GET
def veil(request: HttpRequest, public_id: str) -> HttpResponse:
    """What covers a placed photo: a few colours that show nothing of it."""
    return _given(request, public_id, lambda placed: photos.read_veil(placed.photo))


def _given(request: HttpRequest, public_id: str, read: Callable[[Placement], Shown]) -> HttpResponse:
    """The picture, never stored by a browser or a cache on the way: it may be taken back at any moment."""
    placement = Placement.objects.filter(public_id=public_id).select_related("photo", "version__item").first()
    if placement is None or not _may_see(request, placement):
        raise Http404
    picture = read(placement)
    return HttpResponse(
        picture.data,
        content_type=picture.media_type,
        headers={"Content-Disposition": "inline", "Cache-Control": "no-store, private"},
    )


def _may_see(request: HttpRequest, placement: Placement) -> bool:
    """Whoever may see the item sees its current version; its parents also see the version they are asked about."""
    version = placement.version
    item = version.item
    if version.pk == item.current_id:
        return item.is_visible_to(request.viewer)
    member_id = request.viewer.member_id
    return (
        member_id is not None
        and version.superseded_at is None
        and Item.objects.asked_of(member_id).filter(pk=item.pk).exists()
    )
