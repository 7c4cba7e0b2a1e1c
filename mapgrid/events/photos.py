"""Photographs: read with suspicion, drawn anew, stored without camera, place or person."""

from __future__ import annotations

import hashlib
import io
import uuid as uuids
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import pillow_heif
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from mapgrid.core.errors import ForbiddenError, InvalidError, NotFoundError, TooLargeError
from mapgrid.core.scope import Scope
from mapgrid.events.models import Event, EventPhoto
from mapgrid.events.querysets import events_for

pillow_heif.register_heif_opener(thumbnails=False)

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
PIXELS_MAX = 60_000_000
SIDE_PX = 1600
THUMB_PX = 320
_QUALITY = 82
_ORIENTATION = 0x0112  # the EXIF tag; read once, never stored
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Upload(Protocol):
    """A file as it arrived; Django's uploaded files are such."""

    @property
    def size(self) -> int | None: ...

    def read(self, size: int = ..., /) -> bytes: ...


@dataclass(frozen=True)
class Drawing:
    """A photograph drawn anew: two JPEG files and what tells it from others."""

    image: bytes
    thumb: bytes
    width: int
    height: int
    sha256: str


def photos_read(files: Sequence[Upload]) -> list[Drawing]:
    """Decode and redraw uploads before any row is locked.

    Parameters
    ----------
    files : sequence of uploads
        JPEG, PNG, WebP or HEIC, as phones make them. Empty gives an empty list.

    Returns
    -------
    list of Drawing
        JPEG, longest side ``SIDE_PX`` and ``THUMB_PX``, upright, in the order given.

    Raises
    ------
    TooLargeError
        ``photo.many``, ``photo.large``, ``photo.pixels``.
    InvalidError
        ``photo.unreadable``.
    """
    if len(files) > settings.PHOTOS_MAX:
        raise TooLargeError(
            "photo.many", _("At most %(n)d photographs.") % {"n": settings.PHOTOS_MAX}
        )
    return [_read(file) for file in files]


def _read(file: Upload) -> Drawing:
    limit = settings.PHOTO_MAX_BYTES
    raw = b"" if (file.size or 0) > limit else file.read(limit + 1)
    if not raw or len(raw) > limit:
        if file.size == 0:
            raise _unreadable()
        raise TooLargeError(
            "photo.large", _("A photograph has at most %(n)d MB.") % {"n": limit // 1024**2}
        )
    image = _decode(raw)
    return Drawing(
        image=_jpeg(image),
        thumb=_jpeg(_thumb(image)),
        width=image.width,
        height=image.height,
        # Of the upload, so that sending the same file again is recognised.
        sha256=hashlib.sha256(raw).hexdigest(),
    )


def _unreadable() -> InvalidError:
    return InvalidError(
        "photo.unreadable",
        _("This is no photograph that can be read: send JPEG, PNG, WebP or HEIC."),
    )


def _decode(raw: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(raw), formats=FORMATS)
            # The header alone says how much memory the pixels would take.
            if opened.width * opened.height > PIXELS_MAX:
                raise _too_many_pixels()
            return _upright(opened)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except TooLargeError:
        raise
    # Decoders of broken files raise nearly anything; whatever it is, the file is at fault.
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError,
            TypeError, RuntimeError, OverflowError, MemoryError, KeyError) as error:  # fmt: skip
        raise _unreadable() from error


def _too_many_pixels() -> TooLargeError:
    return TooLargeError(
        "photo.pixels",
        _("A photograph has at most %(n)d million pixels.") % {"n": PIXELS_MAX // 1_000_000},
    )


def _upright(opened: Image.Image) -> Image.Image:
    """Return plain colours on white, the right way up, no side longer than ``SIDE_PX``."""
    orientation = opened.getexif().get(_ORIENTATION)
    if opened.mode not in ("RGB", "RGBA", "L", "LA", "CMYK"):
        opened = opened.convert("RGBA" if "transparency" in opened.info else "RGB")
    # Made small first: every later step works on a fraction of the pixels.
    opened.thumbnail((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS)
    if opened.mode in ("RGBA", "LA"):
        layer = opened.convert("RGBA")
        picture = Image.new("RGB", layer.size, "white")
        picture.paste(layer, mask=layer.getchannel("A"))
    else:
        picture = opened.convert("RGB")
    turn = _TURNS.get(orientation or 1)
    return picture if turn is None else picture.transpose(turn)


def _thumb(picture: Image.Image) -> Image.Image:
    small = picture.copy()
    small.thumbnail((THUMB_PX, THUMB_PX), Image.Resampling.LANCZOS)
    return small


def _jpeg(picture: Image.Image) -> bytes:
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    sink = io.BytesIO()
    bare.save(sink, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return sink.getvalue()


@transaction.atomic
def photos_add(
    *,
    scope: Scope,
    event: Event,
    drawings: Sequence[Drawing],
    stage: str = EventPhoto.Stage.REPORT,
) -> list[EventPhoto]:
    """Attach photographs to an event; one that it already has is not stored twice.

    Parameters
    ----------
    scope : Scope
        The event lies inside it, or its user reported the event.
    drawings : sequence of Drawing
        From :func:`photos_read`.

    Returns
    -------
    list of EventPhoto
        The new ones.

    Raises
    ------
    NotFoundError
        ``missing`` for an event that is not the reader's.
    TooLargeError
        ``photo.many`` when the event would have more than ``PHOTOS_MAX`` of this stage.
    """
    if not drawings:
        return []
    if not scope.can("event.report"):
        raise ForbiddenError("event.report", _("Your role does not report events."))
    locked = Event.objects.select_for_update().get(pk=event.pk)
    own = scope.user_id is not None and locked.reporter_id == scope.user_id
    if not own and not events_for(scope).filter(pk=event.pk).exists():
        raise NotFoundError("missing", _("There is no such record, or it is outside your area."))
    there = set(locked.photos.filter(stage=stage).values_list("sha256", flat=True))
    fresh = {d.sha256: d for d in drawings if d.sha256 not in there}
    if len(there) + len(fresh) > settings.PHOTOS_MAX:
        raise TooLargeError(
            "photo.many", _("At most %(n)d photographs.") % {"n": settings.PHOTOS_MAX}
        )
    return [_store(locked, drawing, stage, scope.user_id) for drawing in fresh.values()]


def _store(event: Event, drawing: Drawing, stage: str, user_id: int | None) -> EventPhoto:
    key = uuids.uuid4()
    photo = EventPhoto(
        uuid=key,
        event=event,
        stage=stage,
        sha256=drawing.sha256,
        width=drawing.width,
        height=drawing.height,
        uploaded_by_id=user_id,
    )
    # The name is a fresh UUID: nothing of the sender's file name is kept or can be guessed.
    photo.image.save(f"{key.hex}.jpg", ContentFile(drawing.image), save=False)
    photo.thumb.save(f"{key.hex}.jpg", ContentFile(drawing.thumb), save=False)
    photo.save()
    return photo


def photo_for(scope: Scope, key: uuids.UUID) -> EventPhoto:
    """Return one photograph of an event inside the reader's scope.

    Raises
    ------
    NotFoundError
        ``missing``, whether it does not exist or lies outside.
    """
    found = EventPhoto.objects.filter(uuid=key, event__in=events_for(scope)).first()
    if found is None or not scope.can("event.read"):
        raise NotFoundError("missing", _("There is no such record, or it is outside your area."))
    return found
