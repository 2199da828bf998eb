"""Makes a screenshot smaller without losing a pixel: a palette where 256 colours are enough, and the best deflate."""

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def squeeze(picture: bytes) -> bytes:
    """The same picture, as small as this module can make it; the picture itself where that is smaller.

    Takes what browsers write: 8 bits, RGB or RGBA, not interlaced. Anything else comes back as it is.
    """
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", picture[16:29])
    if depth != 8 or kind not in (2, 6) or interlaced:
        return picture
    size = 3 if kind == 2 else 4
    rows = _rows(zlib.decompress(_data(picture)), width * size, size, height)
    pixels = [[bytes(row[at : at + 3]) for at in range(0, len(row), size)] for row in rows]
    colours = sorted({colour for row in pixels for colour in row})
    small = _with_palette(pixels, colours) if len(colours) <= 256 else _rgb(pixels)
    return min(picture, small, key=len)


def _data(picture: bytes) -> bytes:
    found, at = [], 8
    while at < len(picture):
        length = struct.unpack(">I", picture[at : at + 4])[0]
        if picture[at + 4 : at + 8] == b"IDAT":
            found.append(picture[at + 8 : at + 8 + length])
        at += length + 12
    return b"".join(found)


def _rows(raw: bytes, length: int, size: int, height: int) -> list[bytearray]:
    """The rows without their filters (PNG specification, 9.2)."""
    rows, above = [], bytearray(length)
    for number in range(height):
        start = number * (length + 1)
        row = bytearray(raw[start + 1 : start + 1 + length])
        _unfilter(raw[start], row, above, size)
        rows.append(row)
        above = row
    return rows


def _unfilter(kind: int, row: bytearray, above: bytearray, size: int) -> None:
    for at in range(len(row)):
        left = row[at - size] if at >= size else 0
        corner = above[at - size] if at >= size else 0
        if kind == 1:
            row[at] = (row[at] + left) & 255
        elif kind == 2:
            row[at] = (row[at] + above[at]) & 255
        elif kind == 3:
            row[at] = (row[at] + (left + above[at]) // 2) & 255
        elif kind == 4:
            row[at] = (row[at] + _paeth(left, above[at], corner)) & 255


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))


def _with_palette(pixels: list[list[bytes]], colours: list[bytes]) -> bytes:
    places = {colour: place for place, colour in enumerate(colours)}
    body = b"".join(b"\0" + bytes(places[colour] for colour in row) for row in pixels)
    return _png(len(pixels[0]), len(pixels), 3, body, (b"PLTE", b"".join(colours)))


def _rgb(pixels: list[list[bytes]]) -> bytes:
    body = b"".join(b"\0" + b"".join(row) for row in pixels)
    return _png(len(pixels[0]), len(pixels), 2, body)


def _png(width: int, height: int, kind: int, body: bytes, *before: tuple[bytes, bytes]) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    chunks = [(b"IHDR", head), *before, (b"IDAT", zlib.compress(body, 9)), (b"IEND", b"")]
    return SIGNATURE + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
