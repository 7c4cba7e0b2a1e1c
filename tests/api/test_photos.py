"""Photographs: what comes in as a camera made it goes out as plain pixels."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pillow_heif
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageOps

from mapgrid.core.errors import InvalidError, TooLargeError
from mapgrid.events.models import Event, EventPhoto
from mapgrid.events.photos import Drawing, photos_read
from tests.api.conftest import ClientOf
from tests.cast import Cast, picture


def read(raw: bytes) -> Drawing:
    return photos_read([SimpleUploadedFile("../../x.jpg", raw)])[0]


def opened(drawing: Drawing) -> Image.Image:
    return Image.open(io.BytesIO(drawing.image))


def with_exif(orientation: int) -> bytes:
    """A photograph 60 wide and 40 high, left half red, with place, camera and orientation."""
    image = Image.new("RGB", (60, 40), "blue")
    image.paste("red", (0, 0, 30, 40))
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Camera of Zhang San", orientation
    exif.get_ifd(0x8825)[2] = (34.0, 45.0, 0.0)
    sink = io.BytesIO()
    image.save(sink, "JPEG", exif=exif, comment=b"secret words", quality=95)
    return sink.getvalue()


def test_nothing_is_left_of_camera_place_and_words() -> None:
    drawing = read(with_exif(1))
    for stored in (drawing.image, drawing.thumb):
        assert b"Exif" not in stored
        assert b"Zhang" not in stored
        assert b"secret" not in stored
        assert not Image.open(io.BytesIO(stored)).getexif()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photograph_is_stored_upright(orientation: int) -> None:
    stored = opened(read(with_exif(orientation)))
    oracle = ImageOps.exif_transpose(Image.open(io.BytesIO(with_exif(orientation))))
    assert stored.size == oracle.size
    for x, y in ((5, 5), (oracle.width - 6, 5), (5, oracle.height - 6)):
        red, _green, blue = stored.getpixel((x, y))  # type: ignore[misc]
        wanted_red, _green, wanted_blue = oracle.getpixel((x, y))  # type: ignore[misc]
        assert (red > blue) == (wanted_red > wanted_blue)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "I;16", "CMYK", "RGBA"])
def test_every_kind_of_colours_is_taken(mode: str) -> None:
    sink = io.BytesIO()
    Image.new(mode, (30, 20)).save(sink, "JPEG" if mode == "CMYK" else "PNG")
    assert opened(read(sink.getvalue())).mode == "RGB"


def test_a_large_photograph_is_made_smaller_and_a_small_one_is_not_blown_up() -> None:
    large, small = read(picture(4000, 1000)), read(picture(40, 30))
    assert (large.width, large.height) == (1600, 400)
    assert Image.open(io.BytesIO(large.thumb)).size == (320, 80)
    assert (small.width, small.height) == (40, 30)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_formats_come_out_as_jpeg(kind: str) -> None:
    assert opened(read(picture(50, 40, kind))).format == "JPEG"


def test_a_phones_heic_is_read() -> None:
    sink = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 48), "green")).save(sink, quality=80)
    image = opened(read(sink.getvalue()))
    assert (image.format, image.size) == ("JPEG", (64, 48))


def test_transparency_becomes_white() -> None:
    sink = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(sink, "PNG")
    assert opened(read(sink.getvalue())).getpixel((10, 10)) == (255, 255, 255)


def bomb(side: int) -> bytes:
    """A PNG of a few hundred bytes whose header promises side × side pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [8_000, 12_000, 60_000])
def test_a_file_that_would_fill_the_memory_is_refused_by_its_header(side: int) -> None:
    with pytest.raises(TooLargeError):
        read(bomb(side))


WRONG: list[Any] = [
    b"", b"x", b"\xff\xd8\xff", b"GIF89a" + b"\0" * 50, b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    b"%PDF-1.7", picture()[:200], picture(60, 60, "PNG")[:60], b"\0\0\0\x18ftypheic" + b"\0" * 100,
    bomb(500),
]  # fmt: skip


@pytest.mark.parametrize("raw", WRONG)
def test_what_is_no_photograph_is_a_400(raw: bytes) -> None:
    with pytest.raises(InvalidError) as caught:
        read(raw)
    assert caught.value.code == "photo.unreadable"


def test_thirteen_megabytes_are_too_many() -> None:
    with pytest.raises(TooLargeError):
        read(b"\0" * (13 * 1024**2))


@pytest.mark.parametrize("size", ["full", "thumb"])
def test_a_photograph_is_served_for_its_readers_only_and_never_kept_by_others(
    cast: Cast, client_of: ClientOf, size: str
) -> None:
    photo = EventPhoto.objects.get(event__number="T-111-1")
    response = client_of("inside").get(f"/api/photos/{photo.uuid}", {"size": size})
    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    assert response["Cache-Control"] == "private, no-cache"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response.streaming_content)[:2] == b"\xff\xd8"
    same = client_of("inside").get(
        f"/api/photos/{photo.uuid}", {"size": size}, headers={"if-none-match": response["ETag"]}
    )
    assert same.status_code == 304


def test_the_stored_name_tells_nothing(cast: Cast) -> None:
    for photo in EventPhoto.objects.filter(event__in=Event.objects.all()):
        assert "T-" not in photo.image.name


def test_a_lost_file_answers_like_a_missing_photograph(client_of: ClientOf) -> None:
    photo = EventPhoto.objects.get(event__number="T-111-1")
    photo.image.storage.delete(photo.image.name)
    assert client_of("inside").get(f"/api/photos/{photo.uuid}").status_code == 404
