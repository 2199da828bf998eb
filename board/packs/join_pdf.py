"""Joins the PDFs that typst set of a pack's parts into one: pages, tags, bookmarks, named places and links to them.

Setting a pack whole takes typst megabytes an item, and taking tagged files apart object by object takes Python as much.
So their objects are copied as they were written, with new numbers, and only what holds a file together (catalogue, page
tree, tag tree, bookmarks) is written anew. It relies on how typst writes: ISO 32000-1 with a plain table of objects,
one flat page tree, one Document at the root of the tags, names without signs that need escaping.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

CATALOG, PAGES, OUTLINES, TAGS, DOCUMENT, INFO, METADATA = range(1, 8)
"""The numbers of the objects that all parts share; their own follow."""

_REFERENCE = re.compile(rb"(\d+) 0 R\b")
_TAG_KEY = re.compile(rb"(/StructParents? )(\d+)")
_CELL = re.compile(rb"\(U(\d+)(x\d+y\d+)\)")
_LINK = re.compile(rb"/A<<[^<>]*/URI\(item:([a-z0-9-]+)\)[^<>]*>>")
_SAYS = re.compile(rb"/Contents\([^()]*\)")


@dataclass
class _Joined:
    """What was read so far: the bodies of all objects by their new numbers, and what the shared ones list. `table` and
    `key` are the next number of a table and the next key into the tag tree."""

    bodies: dict[int, bytes] = field(default_factory=dict)
    size: int = METADATA + 1
    pages: list[int] = field(default_factory=list)
    tags: list[bytes] = field(default_factory=list)
    parents: list[bytes] = field(default_factory=list)
    cells: dict[bytes, bytes] = field(default_factory=dict)
    places: dict[bytes, int] = field(default_factory=dict)
    bookmarks: list[tuple[int, int, int]] = field(default_factory=list)
    key: int = 0
    table: int = 0


def join(parts: Sequence[bytes]) -> bytes:
    """One PDF of these parts in their order, as accessible as each of them. A link to "item:NAME" in one leads to the
    place of that name in any."""
    joined = _Joined()
    shared = [_add(joined, data) for data in parts]
    _lead(joined)
    _chain_bookmarks(joined)
    _hold_together(joined, shared)
    return _written(joined, hashlib.sha256(b"".join(parts)).hexdigest()[:32].encode())


def count_pages(data: bytes) -> int:
    """How many pages a PDF of typst's has."""
    objects, trailer = _objects(data)
    tree = objects[_to(objects[_to(trailer, b"/Root")], b"/Pages")]
    return int(_after(tree, b"/Count").split(b"/")[0])


def _add(joined: _Joined, data: bytes) -> dict[int, bytes]:
    """Take the objects of a part over; its shared ones come back, by their new numbers."""
    objects, trailer = _objects(data)
    special = _special(objects, trailer)
    shared = {}
    for number, written in objects.items():
        body = _renumbered(written, special, joined)
        if number in special:
            shared[special[number]] = body
        else:
            joined.bodies[joined.size + number] = body
    _list(joined, shared)
    joined.size += max(objects) + 1
    joined.key += int(_after(shared[TAGS], b"/ParentTreeNextKey").split(b">")[0].split(b"/")[0])
    joined.table = 1 + max([joined.table, *(int(number) for number, _ in _CELL.findall(shared[TAGS]))])
    return shared


def _objects(data: bytes) -> tuple[dict[int, bytes], bytes]:
    """The bodies of all objects by number, and the trailer."""
    start = int(data[data.rindex(b"startxref") + 9 :].split()[0])
    trailer_at = data.rindex(b"trailer")
    rows = data[start:trailer_at].splitlines()[2:]
    begins = sorted((int(row[:10]), number) for number, row in enumerate(rows) if row[17:18] == b"n")
    ends = [*(offset for offset, _ in begins[1:]), start]
    found = {}
    for (offset, number), end in zip(begins, ends, strict=True):
        found[number] = data[data.index(b"obj", offset) + 4 : data.rindex(b"endobj", offset, end) - 1]
    return found, data[trailer_at:]


def _special(objects: dict[int, bytes], trailer: bytes) -> dict[int, int]:
    """Which objects of a part all parts share, and their new numbers."""
    root = objects[_to(trailer, b"/Root")]
    tags = _to(root, b"/StructTreeRoot")
    return {
        _to(trailer, b"/Root"): CATALOG,
        _to(root, b"/Pages"): PAGES,
        _to(root, b"/Outlines"): OUTLINES,
        tags: TAGS,
        _to(objects[tags], b"/K["): DOCUMENT,
        _to(trailer, b"/Info"): INFO,
        _to(root, b"/Metadata"): METADATA,
    }


def _after(body: bytes, name: bytes) -> bytes:
    return body[body.index(name) + len(name) :].lstrip()


def _to(body: bytes, name: bytes) -> int:
    """The number that this entry of a dictionary refers to."""
    return int(_after(body, name).split(b" ", 1)[0])


# --- new numbers --------------------------------------------------------------------------------------------------


def _renumbered(body: bytes, special: dict[int, int], joined: _Joined) -> bytes:
    """The object with new numbers; its text and its stream stay as they are."""

    def numbered(piece: bytes) -> bytes:
        piece = _REFERENCE.sub(lambda to: b"%d 0 R" % special.get(int(to[1]), joined.size + int(to[1])), piece)
        return _TAG_KEY.sub(lambda key: key[1] + b"%d" % (joined.key + int(key[2])), piece)

    head, stream, rest = body.partition(b"\nstream\n")
    pieces, end = [], 0
    for first, last in _texts(head):
        before, text = head[end:first], head[first:last]
        names_cell = before.endswith((b"/ID", b"Headers[", b"Names[", b" 0 R")) or (end and not before.strip())
        pieces += [numbered(before), _moved(text, joined.table) if names_cell else text]
        end = last
    return b"".join([*pieces, numbered(head[end:]), stream, rest])


def _moved(text: bytes, table: int) -> bytes:
    """The name of a table's cell, apart from those of other parts; anything else as it is."""
    return _CELL.sub(lambda cell: b"(U%d%b)" % (table + int(cell[1]), cell[2]), text)


def _texts(head: bytes) -> Iterator[tuple[int, int]]:
    """Where literal strings begin and end; parentheses may be nested in them or escaped."""
    depth = first = 0
    for found in re.finditer(rb"\\.|[()]", head, re.DOTALL):
        if found[0] == b"(":
            first = first if depth else found.start()
            depth += 1
        elif found[0] == b")":
            depth -= 1
            if depth == 0:
                yield first, found.end()


# --- what holds the file together -----------------------------------------------------------------------------------


def _list(joined: _Joined, shared: dict[int, bytes]) -> None:
    """Note what the shared objects of a part list."""
    joined.pages += [int(each) for each in _REFERENCE.findall(_after(shared[PAGES], b"/Kids"))]
    joined.tags += [each[0] for each in _REFERENCE.finditer(_after(shared[DOCUMENT], b"/K["))]
    tree, _, cells = shared[TAGS].partition(b"/IDTree")
    rows = re.findall(rb"(\d+) (\d+ 0 R)", _after(tree, b"/Nums"))
    joined.parents += [b"%d %b" % (joined.key + int(key), to) for key, to in rows]
    joined.cells |= dict(re.findall(rb"(\(U\d+x\d+y\d+\))(\d+ 0 R)", cells))
    if b"/Dests" in shared[CATALOG]:
        named = re.findall(rb"\(([^()]+)\)(\d+) 0 R", _after(shared[CATALOG], b"/Dests"))
        joined.places |= {name: int(to) for name, to in named}
    outline = shared[OUTLINES]
    if b"/First" in outline:
        count = int(_after(outline, b"/Count").rstrip(b"> "))
        joined.bookmarks.append((_to(outline, b"/First"), _to(outline, b"/Last"), count))


def _lead(joined: _Joined) -> None:
    """Make links within the file of those to "item:"."""
    page_of = {number: place for place, number in enumerate(joined.pages, start=1)}
    for number, body in joined.bodies.items():
        if b"/URI(item:" in body and (found := _LINK.search(body)):
            page = page_of[int(_REFERENCE.findall(joined.bodies[joined.places[found[1]]])[0])]
            leading = body.replace(found[0], b"/Dest(%b)" % found[1])
            joined.bodies[number] = _SAYS.sub(b"/Contents(Section, page %d)" % page, leading)


def _chain_bookmarks(joined: _Joined) -> None:
    """Let the last bookmark of a part be followed by the first of the next."""
    for (_, last, _), (first, _, _) in zip(joined.bookmarks, joined.bookmarks[1:], strict=False):
        joined.bodies[last] = joined.bodies[last].replace(b"<<", b"<</Next %d 0 R" % first, 1)
        joined.bodies[first] = joined.bodies[first].replace(b"<<", b"<</Prev %d 0 R" % last, 1)


def _hold_together(joined: _Joined, shared: Sequence[dict[int, bytes]]) -> None:
    """Write the shared objects anew, like those of the first part."""
    like = shared[0]
    kids = b" ".join(b"%d 0 R" % number for number in joined.pages)
    joined.bodies[PAGES] = b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(joined.pages), kids)
    first, last, count = joined.bookmarks[0][0], joined.bookmarks[-1][1], sum(each[2] for each in joined.bookmarks)
    joined.bodies[OUTLINES] = b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>" % (first, last, count)
    joined.bodies[DOCUMENT] = b"<</Type/StructElem/S/Document/P %d 0 R/K[%b]>>" % (TAGS, b" ".join(joined.tags))
    joined.bodies[TAGS] = b"%b/ParentTree<</Nums[%b]>>/IDTree<</Names[%b]>>/ParentTreeNextKey %d>>" % (
        like[TAGS].split(b"/ParentTree")[0],
        b" ".join(joined.parents),
        b"".join(name + to for name, to in sorted(joined.cells.items())),
        joined.key,
    )
    joined.bodies[INFO] = like[INFO]
    said = next((each[METADATA] for each in shared if b"pdfuaid" not in each[METADATA]), like[METADATA])
    joined.bodies[METADATA] = _counted(said, len(joined.pages))
    places = b"".join(b"(%b)%d 0 R" % each for each in sorted(joined.places.items()))
    joined.bodies[CATALOG] = b"%b/PageLabels<</Nums[0<</S/D/St 1>>]>>/Names<</Dests<</Names[%b]>>>>>>" % (
        re.sub(rb"/PageLabels \d+ 0 R", b"", like[CATALOG].split(b"/Names")[0]).removesuffix(b">>"),
        places,
    )


def _counted(metadata: bytes, pages: int) -> bytes:
    """The metadata with the number of pages."""
    xml = metadata.split(b"\nstream\n", 1)[1].rsplit(b"\nendstream", 1)[0]
    xml = re.sub(rb"NPages>\d+<", b"NPages>%d<" % pages, xml)
    return b"<</Length %d/Type/Metadata/Subtype/XML>>\nstream\n%b\nendstream" % (len(xml), xml)


def _written(joined: _Joined, name: bytes) -> bytes:
    """The file, with its table of objects."""
    out = bytearray(b"%PDF-1.7\n%\x80\x80\x80\x80\n")
    rows = [b"0000000000 65535 f\r\n"]
    for number in range(1, joined.size):
        if number in joined.bodies:
            rows.append(b"%010d 00000 n\r\n" % len(out))
            out += b"%d 0 obj\n%b\nendobj\n" % (number, joined.bodies[number])
        else:
            rows.append(b"0000000000 00000 f\r\n")
    start = len(out)
    out += b"xref\n0 %d\n%b" % (len(rows), b"".join(rows))
    out += b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]>>\n" % (len(rows), CATALOG, INFO, name, name)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)
