"""A file is what its bytes say, whatever it calls itself."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from niangjia.kit.refusal import Invalid
from niangjia.programmes.gateways import uploads

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 32
PDF = b"%PDF-1.7\n" + b"1 0 obj <<>> endobj\n" * 4
ALL = ("pdf", "jpeg", "png")


def check(name: str, content: bytes, accept: tuple[str, ...] = ALL, max_mb: int = 1) -> uploads.CheckedFile:
    return uploads.check(SimpleUploadedFile(name, content), accept=accept, max_mb=max_mb)


@pytest.mark.parametrize(("content", "ending", "media"), [
    (PNG, ".png", "image/png"), (JPEG, ".jpg", "image/jpeg"), (PDF, ".pdf", "application/pdf"),
])  # fmt: skip
def test_the_kind_is_read_from_the_bytes_and_the_name_follows_it(content: bytes, ending: str, media: str) -> None:
    found = check("屋顶 照片.exe", content)
    assert (found.name, found.media_type, found.size) == (f"屋顶_照片{ending}", media, len(content))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.png", b""),
        ("programme.png", b"MZ\x90\x00" + b"\x00" * 64),
        ("page.pdf", b"<html><script>alert(1)</script></html>"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("archive.png", b"PK\x03\x04" + b"\x00" * 64),
        ("late.png", b"\x00" + PNG),
        ("short.png", b"\x89PN"),
        ("big.png", PNG + b"\x00" * (1024 * 1024)),
        ("script.pdf", PDF + b"<< /S /JavaScript /JS (app.alert(1)) >>"),
        ("launch.pdf", PDF + b"<< /S /Launch /F (cmd.exe) >>"),
        ("attached.pdf", PDF + b"<< /Type /EmbeddedFile >>"),
        ("escaped.pdf", PDF + b"<< /S /J#61va#53cript >>"),
        ("opens.pdf", PDF + b"<< /OpenAction 5 0 R >>"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_its_name(name: str, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        check(name, content)
    assert name in str(refused.value)
    assert refused.value.remedy


def test_a_paper_that_only_says_where_to_begin_reading_is_taken() -> None:
    assert check("letter.pdf", PDF + b"<< /Type /Catalog /OpenAction [3 0 R /XYZ null null 0] >>").media_type


def test_a_script_hidden_across_two_chunks_is_found() -> None:
    edge = SimpleUploadedFile.DEFAULT_CHUNK_SIZE
    content = PDF + b" " * (edge - len(PDF) - 5) + b"/JavaScript"
    with pytest.raises(Invalid):
        check("edge.pdf", content)


def test_a_kind_that_was_not_asked_for_is_refused() -> None:
    with pytest.raises(Invalid, match="JPEG, PNG"):
        check("scan.pdf", PDF, accept=("jpeg", "png"))


@pytest.mark.parametrize("name", ["../../etc/passwd.png", "/root/x.png", "..png", "<b>.png", "a" * 300 + ".png"])
def test_a_name_never_leads_anywhere(name: str) -> None:
    kept = check(name, PNG).name
    assert "/" not in kept
    assert not kept.startswith(".")
    assert kept.endswith(".png")
    assert len(kept) < 90


def test_the_file_is_left_at_its_beginning_for_whoever_keeps_it() -> None:
    upload = SimpleUploadedFile("photo.png", PNG)
    uploads.check(upload, accept=ALL, max_mb=1)
    assert upload.read() == PNG
