"""What is made of a photo is upright, has the right colours, and holds nothing but the picture."""

from __future__ import annotations

import io
import json
import shutil
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageCms

from lessalone.vault import refusals
from lessalone.vault.darkroom import colour, job
from lessalone.vault.darkroom.wishes import Region
from tests.vault.conftest import IMAGES, a_file, encoded, scene

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "images"


def develop(content: bytes, **options) -> job.Answer:
    return job.develop([content], **options)


def largest(answer: job.Answer) -> Image.Image:
    return Image.open(io.BytesIO(max(answer.parts, key=lambda part: part.box).content)).convert("RGB")


def difference(first: Image.Image, second: Image.Image) -> float:
    """The mean difference of a channel's value, 0 to 255."""
    assert first.size == second.size
    channels = ImageChops.difference(first.convert("RGB"), second.convert("RGB")).histogram()
    return sum((at % 256) * count for at, count in enumerate(channels)) / (3 * first.width * first.height)


def near(pixel, expected, by=10) -> bool:
    return all(abs(a - b) <= by for a, b in zip(pixel, expected, strict=True))


# --- Upright ---


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_each_of_the_eight_orientations_comes_out_upright(kind, orientation):
    upright = scene(600, 400)
    lying = upright
    for method in {
        1: [],
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }[orientation]:
        lying = lying.transpose(method)
    exif = Image.Exif()
    exif[0x0112] = orientation
    answer = develop(encoded(lying, kind, exif=exif, quality=95))
    assert (answer.width, answer.height) == (600, 400)
    assert difference(largest(answer), upright) < 4


@pytest.mark.parametrize("name", ["rot1mir0", "rot2mir1"])
def test_an_avif_that_is_turned_in_its_own_way_comes_out_as_the_plain_one(name):
    plain = develop((IMAGES / "pillow/rot0mir0.avif").read_bytes())
    turned = develop((IMAGES / f"pillow/{name}.avif").read_bytes())
    assert difference(largest(turned), largest(plain)) < 12, "they differ in a word that is written on them"


# --- Forms and colours ---


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_each_form_of_photo_is_shown(kind):
    answer = develop(a_file(640, 480, kind))
    assert difference(largest(answer), scene()) < 4


def test_a_photo_from_a_telephone_in_heic_is_shown_in_its_own_size():
    answer = develop((IMAGES / "pillow-heif/pug.heic").read_bytes())
    assert (answer.width, answer.height) == (4032, 3024)
    assert [(part.role, part.box) for part in answer.parts if part.media_type == "image/webp"] == [
        ("rendition", 2048),
        ("rendition", 960),
        ("rendition", 320),
        ("veil", 0),
    ]
    assert answer.peak < 250 << 20


def test_sixteen_and_ten_bits_become_eight():
    for name in ("pillow-heif/RGB_16__128x128.png", "pillow-heif/RGB_10__128x128.heif"):
        answer = develop((IMAGES / name).read_bytes())
        assert largest(answer).size == (128, 128)
        assert max(high for _low, high in largest(answer).getextrema()) > 100, "not black"


def test_sixteen_bit_grey_keeps_its_tones():
    wide = Image.new("I;16", (64, 64), 128 * 257)
    answer = develop(encoded(wide, "PNG"))
    assert near(largest(answer).getpixel((30, 30)), (128, 128, 128), 2)


def test_cmyk_comes_out_in_its_colours():
    answer = develop((IMAGES / "pillow/pil_sample_cmyk.jpg").read_bytes())
    expected = Image.open(IMAGES / "pillow/pil_sample_cmyk.jpg").convert("RGB")
    assert difference(largest(answer), expected) < 40, "not inverted"
    plain = develop(encoded(Image.new("CMYK", (64, 64), (0, 255, 255, 0)), "JPEG"))
    assert near(largest(plain).getpixel((30, 30)), (255, 0, 0), 12)


def _apple_p3() -> bytes:
    import pi_heif

    return pi_heif.open_heif((IMAGES / "pillow-heif/pug.heic").read_bytes()).info["icc_profile"]


def test_wide_colours_keep_their_look():
    """(200, 100, 50) in Display P3 is (215, 94, 33) in sRGB, by the matrices of CSS Color 4."""
    wide = Image.new("RGB", (64, 64), (200, 100, 50))
    answer = develop(encoded(wide, "PNG", icc_profile=_apple_p3()))
    assert near(largest(answer).getpixel((30, 30)), (215, 94, 33), 5)


def test_the_profile_made_for_p3_is_the_one_of_the_telephone_s_maker():
    wide = Image.new("RGB", (8, 8), (200, 100, 50))
    ours = colour.to_srgb(wide, colour._profile(colour.P3, colour.SRGB))
    theirs = colour.to_srgb(wide, _apple_p3())
    assert near(ours.getpixel((2, 2)), theirs.getpixel((2, 2)), 2)


def test_the_profile_made_for_adobe_rgb_widens_green():
    image = Image.new("RGB", (8, 8), (100, 200, 100))  # out of reach for sRGB: red falls to nothing
    shown = colour.to_srgb(image, colour._profile(colour.ADOBE, colour.GAMMA22)).getpixel((2, 2))
    assert near(shown, (0, 201, 92), 6)


def test_a_broken_profile_does_not_stop_a_photo():
    answer = develop(a_file(icc_profile=b"not a profile at all" * 20))
    assert difference(largest(answer), scene()) < 4


def test_what_is_see_through_lies_on_white():
    clear = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    assert largest(develop(encoded(clear, "PNG"))).getpixel((30, 30)) == (255, 255, 255)


def test_small_photos_are_not_blown_up():
    answer = develop(a_file(100, 80))
    assert {(part.width, part.height) for part in answer.parts if part.role == "rendition"} == {(100, 80)}


def test_an_extension_plays_no_part_for_the_bytes_alone_decide():
    assert develop(a_file(kind="PNG")).parts  # whatever it was called


# --- Nothing but the picture ---

PLACE = ["-GPSLatitude=52.5", "-GPSLatitudeRef=N", "-GPSLongitude=13.4", "-GPSLongitudeRef=E"]
TELLING = [
    *PLACE,
    "-Make=Telephone",
    "-SerialNumber=1234567",
    "-Artist=Ana Parent",
    "-XMP:Creator=Ana Parent",
    "-XMP:Subject=canary-subject",
    "-IPTC:Caption-Abstract=canary-caption",
    "-Comment=canary-comment",
]
INNOCENT = {
    "SourceFile ExifToolVersion FileSize FileType FileTypeExtension MIMEType ImageWidth ImageHeight ImageSize "
    "Megapixels JFIFVersion ResolutionUnit XResolution YResolution EncodingProcess BitsPerSample ColorComponents "
    "YCbCrSubSampling VP8Version HorizontalScale VerticalScale WebPFlags AlphaPresent FileName Directory "
    "FileModifyDate FileAccessDate FileInodeChangeDate FilePermissions"
}
INNOCENT = set(" ".join(INNOCENT).split())


def metadata(content: bytes, folder: Path) -> dict[str, object]:
    """What another program finds in it, beside what every picture has."""
    path = folder / "looked-at"
    path.write_bytes(content)
    said = subprocess.run(["exiftool", "-j", "-a", "-u", str(path)], capture_output=True, check=True).stdout
    return {key: value for key, value in json.loads(said)[0].items() if key not in INNOCENT}


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIC", "AVIF"])
def test_no_place_name_or_camera_is_left_in_what_is_shown(kind, tmp_path):
    """Places, names and serial numbers go in; another program finds none of them in what comes out."""
    path = tmp_path / f"photo.{kind.lower()}"
    if kind == "HEIC":
        path.write_bytes((IMAGES / "pillow-heif/L_exif_xmp_iptc.heic").read_bytes())
    elif kind == "AVIF":
        path.write_bytes((IMAGES / "pillow/exif.avif").read_bytes())
    else:
        path.write_bytes(a_file(kind=kind))
        subprocess.run(["exiftool", "-q", "-overwrite_original", *TELLING, str(path)], check=True)
        assert "GPSLatitude" in metadata(path.read_bytes(), tmp_path), (
            "it must be there, or this shows nothing"
        )
    assert metadata(path.read_bytes(), tmp_path)
    for part in develop(path.read_bytes()).parts:
        assert metadata(part.content, tmp_path) == {}, part.role


@pytest.mark.parametrize("second", sorted(path.name for path in (IMAGES / "mitra").glob("*.*")))
@pytest.mark.parametrize("where", ["behind", "inside"])
def test_the_second_format_of_a_file_that_is_two_things_is_gone(second, where):
    hidden = (IMAGES / "mitra" / second).read_bytes()
    first = a_file()
    if where == "behind":
        both = first + hidden
    else:
        both = (
            first[:2] + b"\xff\xfe" + struct.pack(">H", len(hidden[:60000]) + 2) + hidden[:60000] + first[2:]
        )
    assert hidden[:60000] in both
    for part in develop(both).parts:
        assert hidden[: min(64, len(hidden))] not in part.content


# --- The veil ---


def test_the_veil_tells_nothing_but_a_few_calm_colours():
    first = next(part for part in develop(a_file()).parts if part.role == "veil")
    shown = Image.open(io.BytesIO(first.content)).convert("RGB")
    assert max(shown.size) <= 24
    assert len(first.content) < 400
    flat = shown.resize((3, 3), Image.Resampling.BOX).resize(shown.size, Image.Resampling.BICUBIC)
    assert difference(shown, flat) < 12, "there is no more in it than nine colours"


# --- Soft patches ---


def test_a_softened_face_cannot_be_seen_and_the_rest_stays():
    board = Image.new("RGB", (800, 600), "white")
    for x in range(0, 800, 20):
        for y in range(0, 600, 20):
            if (x + y) // 20 % 2:
                board.paste("black", (x, y, x + 20, y + 20))
    answer = develop(encoded(board, "PNG"), regions=[Region("ellipse", 40, 40, 20, 20)])
    for part in answer.parts:
        if part.role != "rendition":
            continue
        image = Image.open(io.BytesIO(part.content)).convert("L")
        w, h = image.size
        middle = image.crop((int(w * 0.46), int(h * 0.46), int(w * 0.54), int(h * 0.54)))
        low, high = middle.getextrema()
        assert high - low < 60, "no pattern is left in the patch"
        away = image.crop((0, 0, w // 4, h // 4)).getextrema()
        assert away[1] - away[0] > 150, "the rest is as sharp as before"


# --- What cannot be a photo ---


def _png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (a_file()[:-2000], "damaged"),
        (a_file(kind="PNG")[:-500], "damaged"),
        (a_file(kind="WEBP")[:-500], "damaged"),
        (a_file(kind="AVIF")[:-100], "damaged"),
        ((IMAGES / "pillow-heif/pug.heic").read_bytes()[:500_000], "damaged"),
        ((IMAGES / "pillow-heif/corrupted.heic").read_bytes(), "damaged"),
        ((IMAGES / "pillow/truncated_jpeg.jpg").read_bytes(), "damaged"),
        ((IMAGES / "pillow/png_decompression_dos.png").read_bytes(), "damaged"),
        (b"\xff\xd8\xff" + b"nonsense" * 100, "damaged"),
        (_png(60000, 60000), "pixels"),
        (_png(0, 0), "damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_broken_or_a_bomb_is_refused(content, reason):
    with pytest.raises(refusals.Refused) as refusal:
        develop(content)
    assert refusal.value.reason == reason
    assert refusals.sentence(reason)


def test_a_whole_photo_too_large_to_show_is_not_refused():
    answer = develop(_png(13000, 13000))
    assert answer.parts == []
    assert answer.peak < 100 << 20, "and was not decoded"


def test_a_broken_file_may_end_its_process_and_nothing_else():
    code = "import sys; sys.path.insert(0, '.'); from lessalone.vault.darkroom import child"
    check = (
        f"{code}; child.give_up_rights(400 << 20, 5)\n"
        "for name in ('/etc/passwd', '/proc/self/environ'):\n"
        "    try: open(name)\n"
        "    except PermissionError: print('closed')\n"
        "try: bytearray(500 << 20)\n"
        "except MemoryError: print('bounded')\n"
    )
    said = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, timeout=30).stdout
    assert "bounded" in said
    if develop(a_file()).is_closed_in:
        assert said.count("closed") == 2


@pytest.mark.collection
@pytest.mark.long
def test_nothing_of_a_large_collection_of_odd_files_harms_the_server():
    """Every file is shown, kept or refused, in bounded memory and time."""
    paths = [path for path in SHARED.rglob("*.*") if path.is_file()]
    if not paths:
        pytest.skip("the collection is not on this machine")
    for path in paths:
        try:
            answer = develop(path.read_bytes())
        except refusals.Refused:
            continue
        assert answer.peak < 350 << 20, path.name


@pytest.mark.collection
@pytest.mark.long
def test_real_photos_of_many_cameras_leave_no_metadata(tmp_path):
    paths = [
        path
        for path in (SHARED / "exif-samples").rglob("*.*")
        if path.suffix.lower() in (".jpg", ".heic", ".heif")
    ]
    if not paths:
        pytest.skip("the collection is not on this machine")
    for path in paths:
        try:
            answer = develop(path.read_bytes())
        except refusals.Refused:
            continue
        for part in answer.parts:
            assert metadata(part.content, tmp_path) == {}, path.name


@pytest.mark.collection
@pytest.mark.long
@pytest.mark.parametrize("name", ["Landscape", "Portrait"])
def test_the_usual_examples_of_orientation_all_look_alike(name):
    folder = SHARED / "exif-orientation"
    if not folder.is_dir():
        pytest.skip("the examples are not on this machine")
    first = largest(develop((folder / f"{name}_1.jpg").read_bytes()))
    for number in range(2, 9):
        turned = largest(develop((folder / f"{name}_{number}.jpg").read_bytes()))
        assert difference(first.crop((0, 0, *turned.size)), turned) < 40, number


def test_srgb_is_left_as_it_is():
    image = scene()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert colour.to_srgb(image, srgb) is image
