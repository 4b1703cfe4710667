"""The one view that gives a photo to anyone but its keepers. It asks policy each time."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from lessalone.sharing.models import Item, Placement
from lessalone.vault import photos


@login_not_required
@require_GET
def photo(request: HttpRequest, public_id: str, width: int) -> HttpResponse:
    """One rendition of a placed photo: for whoever may see its item's current version, and for the parents who are
    asked about a version. Anything else does not exist. Never stored by a browser or a cache on the way."""
    placement = Placement.objects.filter(public_id=public_id).select_related("photo", "version__item").first()
    if placement is None or width not in photos.WIDTHS or not _may_see(request, placement):
        raise Http404
    try:
        picture = photos.read_rendition(placement.photo, width, placement.patch_set)
    except photos.NotThere:
        raise Http404 from None
    return HttpResponse(
        picture.data,
        content_type=picture.media_type,
        headers={"Content-Disposition": "inline", "Cache-Control": "no-store, private"},
    )


def _may_see(request: HttpRequest, placement: Placement) -> bool:
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
