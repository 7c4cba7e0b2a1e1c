"""What the readers of files say, in the language of the page; they themselves speak English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as mark

from geodata.errors import GeodataError

# Sentences and phrases of geodata.ingest, listed so that translators find them.
REMARKS = (
    mark("GeoJSON should be UTF-8; this file is %(found)s."),
    mark("The extract is large; ways cut at its edge were not looked for."),
    mark(
        "%(total)d ways carry %(key)s; %(absent)d are not in this layer, %(short)d of them because "
        "the file has fewer than two of their nodes (%(listed)s)."
    ),
    mark("The name says %(promised)s, the content is %(found)s."),
    mark("The table does not state its encoding; found: %(found)s."),
    mark("Between %(crs)s and WGS-84 only an approximate change of datum is known."),
)
PHRASES = (
    mark("declared"),
    mark("crs member of the file"),
    mark("GeoJSON without a crs member is WGS-84, RFC 7946"),
    mark("OpenStreetMap is WGS-84"),
    mark(".prj of the file"),
    mark("layer of the file"),
    mark("metadata of the file"),
    mark("of its coordinate system"),
    mark("byte order mark"),
    mark("strict UTF-8"),
    mark("not UTF-8; read as GB18030"),
    mark("mixed, line by line"),
    mark("the format's own"),
    mark(".cpg of the file"),
    mark("header of the .dbf"),
    mark("found value by value"),
)
NOTES: dict[str, Any] = {
    "at_zero": _("points at 0, 0"),
    "axes_swapped": _("latitude and longitude look swapped"),
    "control_character": _("line breaks inside names removed"),
    "coordinate_unreadable": _("coordinates that are not numbers"),
    "date_unreadable": _("dates that cannot be read"),
    "dimension_dropped": _("heights dropped"),
    "encoding_found": _("texts whose encoding was found"),
    "feature_malformed": _("features that are none"),
    "field_count": _("rows with too many or too few fields"),
    "geometry_collapsed": _("geometries without any extent"),
    "geometry_malformed": _("geometries that cannot be read"),
    "geometry_type": _("geometries of another type"),
    "no_coordinates": _("rows without coordinates"),
    "no_geometry": _("rows without geometry"),
    "not_finite": _("coordinates that are not finite"),
    "out_of_range": _("coordinates off the globe"),
    "polygon_rebuilt": _("polygons repaired"),
    "ring_closed": _("rings closed"),
    "text_unreadable": _("texts in no known encoding"),
    "too_many_vertices": _("geometries with too many vertices"),
    "vertices_repeated": _("repeated vertices removed"),
    "way_cut": _("ways cut by the edge of the extract"),
}
ERRORS: dict[str, Any] = {
    "archive_unsafe": _("The archive is not safe to unpack. Pack the data anew."),
    "column_missing": _("The file lacks a column that was named."),
    "columns_repeated": _("The first line must name each column once."),
    "coordinates_unnamed": _("No columns are named like coordinates; name them (--x, --y)."),
    "crs_conflict": _("The file carries another coordinate system than the one declared."),
    "crs_undeclared": _(
        "The file does not say which coordinate system it uses. Declare it (--crs EPSG); it is "
        "never guessed."
    ),
    "crs_unknown": _("This coordinate system is not known."),
    "datum_undeclared": _(
        "Longitude and latitude need their datum (--datum): wgs84, cgcs2000, gcj02 or bd09."
    ),
    "encoding_unknown": _("This is not the name of a text encoding; use utf-8 or gb18030."),
    "encoding_wrong": _("The text cannot be read in this encoding; declare another (--encoding)."),
    "file_damaged": _("The file is damaged or incomplete. Fetch it again."),
    "file_empty": _("The file is empty."),
    "file_encrypted": _("The archive is encrypted. Unpack it first."),
    "file_missing": _("There is no such file."),
    "file_too_large": _("The file is too large. Split it."),
    "format_unknown": _(
        "This is none of the formats that can be read: GeoJSON, GeoPackage, zipped Shapefile, CSV, "
        "GeoParquet, .osm.pbf."
    ),
    "id_marked": _("The key ends like a repeated number (#2); choose another column."),
    "id_missing": _("Some rows have no key; choose a column that names every row."),
    "json_malformed": _("The file is no valid GeoJSON."),
    "json_too_deep": _("The objects of the file are nested too deep."),
    "layer_needed": _("The file holds several layers; name one (--layer)."),
    "layer_unknown": _("The file has no layer of that name."),
    "shapefile_incomplete": _("The shapefile lacks a part. Pack all parts into one zip."),
    "table_malformed": _("The table breaks off; check quotes and line ends."),
    "too_many_features": _("The file has too many rows. Split it."),
}
# Their hint ends in a list of what there is.
_WITH_LIST = frozenset({"column_missing", "coordinates_unnamed", "layer_needed", "layer_unknown"})


def remark_text(remark: Mapping[str, Any]) -> str:
    """Return one remark of a read report as a sentence."""
    text = gettext(remark["text"])
    return text % remark["values"] if remark["values"] else text


def phrase(text: str) -> str:
    """Return one of the fixed phrases that say how something is known."""
    return gettext(text) if text else ""


def note_name(code: str) -> str:
    """Return what a code of row notes stands for."""
    return str(NOTES.get(code, code))


def error_text(error: GeodataError) -> str:
    """Return a reader's error as a sentence: in English with its details, else by its code."""
    if (get_language() or "").startswith("en") or error.code not in ERRORS:
        return str(error)
    text = str(ERRORS[error.code])
    listed = error.hint.rpartition(": ")[2].rstrip(".") if error.code in _WITH_LIST else ""
    return f"{text} [{listed}]" if listed else text
