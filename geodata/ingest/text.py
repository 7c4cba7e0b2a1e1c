"""Bytes to text when the file does not say how: strict UTF-8 first, then GB18030, value by value.

GB18030 contains GBK and GB2312, so one fallback covers what Chinese offices write. UTF-8 goes
first because it is strict: Chinese text in GBK is practically never valid UTF-8, while nearly
any bytes are valid GB18030.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Sequence

from geodata.errors import ReadError

from .failures import failure
from .report import RowNote

UTF8 = "utf-8"
CHINESE = "gb18030"
_ALIASES = {"gbk": CHINESE, "gb2312": CHINESE, "cp936": CHINESE, "936": CHINESE, "65001": UTF8}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Byte 29 of a .dbf file, the language driver, where it names a code page that we can use.
_DBF_DRIVERS = {0x4D: CHINESE, 0x7A: CHINESE, 0x4F: "cp950", 0x78: "cp950", 0x7B: "cp932"}


def codec_name(name: str) -> str:
    """Return Python's name of a declared encoding, or raise `ReadError`.

    GBK and GB2312 are read as GB18030, which contains both.
    """
    plain = name.strip().lower().removeprefix("cp ").replace("ansi ", "")
    plain = _ALIASES.get(plain, plain)
    if plain.isdigit():
        plain = f"cp{plain}"
    try:
        found = codecs.lookup(plain)
    except (LookupError, ValueError) as error:
        raise failure(
            "encoding_unknown",
            f"'{name[:40]}' is not the name of a text encoding.",
            "Use for example utf-8 or gb18030.",
        ) from error
    return _ALIASES.get(found.name, found.name)


def dbf_encoding(language_driver: int) -> str | None:
    """Return the encoding that a .dbf header states, or None where it states nothing useful."""
    return _DBF_DRIVERS.get(language_driver)


def decode_value(raw: bytes, declared: str | None) -> tuple[str, str]:
    """Decode one value and say with which encoding.

    The declared encoding is tried first, then UTF-8, then GB18030; what none of them can read
    comes back as Latin-1 with the encoding named ``latin-1``, so that nothing is lost.
    """
    if raw.isascii():
        return raw.decode("ascii"), "ascii"
    for encoding in dict.fromkeys(filter(None, (declared, UTF8, CHINESE))):
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1"), "latin-1"


def decode_document(data: bytes, declared: str | None) -> tuple[str, str, str]:
    """Decode a whole text file.

    Returns
    -------
    tuple of (str, str, str)
        The text, the encoding, and how it was found.

    Raises
    ------
    ReadError
        ``encoding_wrong`` when the declared encoding cannot read the file, or when neither
        UTF-8 nor GB18030 can.
    """
    if declared is not None:
        encoding = codec_name(declared)
        try:
            return data.decode(encoding).removeprefix("\ufeff"), encoding, "declared"
        except UnicodeDecodeError as error:
            raise _wrong(encoding, error) from error
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
                           (codecs.BOM_UTF16_BE, "utf-16")):  # fmt: skip
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding, "byte order mark"
            except UnicodeDecodeError as error:
                raise _wrong(encoding, error) from error
    try:
        return data.decode(UTF8), UTF8, "strict UTF-8"
    except UnicodeDecodeError:
        return _decode_lines(data)


def _decode_lines(data: bytes) -> tuple[str, str, str]:
    """Decode line by line: a table pasted together from two sources is half UTF-8, half GBK.

    Splitting at the line feed is safe because no byte of a GB18030 character is one.
    """
    lines = [decode_value(line, None) for line in data.split(b"\n")]
    found = Counter(encoding for _, encoding in lines if encoding != "ascii")
    if "latin-1" in found:
        number = next(at for at, (_, name) in enumerate(lines, 1) if name == "latin-1")
        raise failure(
            "encoding_wrong",
            f"Line {number} is neither UTF-8 nor GB18030.",
            "Declare the encoding of the file.",
        )
    text = "\n".join(line for line, _ in lines)
    if len(found) == 1:
        return text, CHINESE, "not UTF-8; read as GB18030"
    return text, f"{UTF8} and {CHINESE}", "mixed, line by line"


def _wrong(encoding: str, error: UnicodeDecodeError) -> ReadError:
    return failure(
        "encoding_wrong",
        f"Byte {error.start} of the file cannot be read as {encoding}.",
        "Declare another encoding, or leave it out to have it found.",
    )


def decode_column(
    values: Sequence[bytes | None],
    column: str,
    declared: str | None,
    rows: Sequence[int],
) -> tuple[list[str | None], Counter[str], list[RowNote]]:
    """Decode one column of a fixed-width table and mend what such a table cannot hold.

    Parameters
    ----------
    values : sequence of bytes or None
        One a row, as they stand in the file.
    column : str
        Its name, for the notes.
    declared : str or None
        The encoding that the file states; None where it states none.
    rows : sequence of int
        Row numbers, parallel to `values`.

    Returns
    -------
    tuple
        The texts (None stays None), how many values used which encoding (plain ASCII is not
        counted), and one note for each value whose encoding was not the declared one or that
        held control characters: a line break inside a name is an accident of copying.
    """
    texts: list[str | None] = []
    used: Counter[str] = Counter()
    notes: list[RowNote] = []
    for row, raw in zip(rows, values, strict=True):
        if raw is None:
            texts.append(None)
            continue
        text, encoding = decode_value(raw, declared)
        if encoding not in ("ascii", declared):
            notes.append(_encoding_note(row, column, text, encoding, declared))
        used.update([encoding] if encoding != "ascii" else [])
        clean = _CONTROL.sub(" ", text).strip()
        if clean != text.strip(" "):
            reason = f"{text!r} holds a line break or control character; kept as {clean!r}."
            notes.append(RowNote(row, "control_character", reason, column))
        texts.append(clean)
    return texts, used, notes


def _encoding_note(
    row: int, column: str, text: str, encoding: str, declared: str | None
) -> RowNote:
    if encoding == "latin-1":
        reason = f"{text!r} could not be read in any of the encodings tried."
        return RowNote(row, "text_unreadable", reason, column)
    stated = f"the file states {declared}" if declared else "the file states no encoding"
    clean = _CONTROL.sub(" ", text).strip()
    return RowNote(row, "encoding_found", f"'{clean}' read as {encoding}; {stated}.", column)
