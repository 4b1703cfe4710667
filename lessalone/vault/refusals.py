"""Why a file was not kept, in one clear sentence beside it. Nothing of a refused file stays."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

EMPTY = "empty"
DAMAGED = "damaged"
NO_PHOTO = "no-photo"
VIDEO = "video"
TOO_MANY_BYTES = "bytes"
TOO_MANY_PIXELS = "pixels"
NO_ROOM = "no-room"
TOO_MANY = "too-many"
NOT_YOURS = "not-yours"


class Refused(Exception):
    """A file is not kept. `reason` is one of the names above."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def sentence(reason: str) -> str:
    """What to say beside the file."""
    return {
        EMPTY: _("This file is empty, so there was nothing to keep. Please check it on your device."),
        DAMAGED: _(
            "This file is damaged or cut off, so we could not read it as a photo. "
            "We did not keep any of it. Please check that it opens on your device, and send it again."
        ),
        NO_PHOTO: _(
            "This is not a photo that we can keep. We keep JPEG, PNG, WebP, HEIC and AVIF. "
            "We did not keep any of this file."
        ),
        VIDEO: _("This is a video. Only photos can be kept here. We did not keep any of this file."),
        TOO_MANY_BYTES: _("This file is larger than %(limit)s MB, the most we can keep. It was not kept.")
        % {"limit": settings.ENVIRONMENT.max_photo_megabytes},
        TOO_MANY_PIXELS: _(
            "This photo has more than %(limit)s million pixels, the most we can keep. It was not kept. "
            "You could send a smaller copy, and hold on to this one."
        )
        % {"limit": settings.ENVIRONMENT.max_photo_megapixels},
        NO_ROOM: _(
            "There is no room left here for this photo. It was not kept. "
            "Please hold on to it, and tell the people who run this community."
        ),
        TOO_MANY: _(
            "Too many photos are on their way at once. This one was not kept yet. Please send it again later."
        ),
        NOT_YOURS: _("Photos cannot be added here any more. This one was not kept."),
    }[reason]
