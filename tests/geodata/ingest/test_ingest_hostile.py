"""Broken and malicious files end in one clear error, never in a crash or a file elsewhere."""

import contextlib
import gzip
import json
import random
import stat
import zipfile

import geopandas as gpd
import pytest

from geodata.errors import ReadError
from geodata.ingest import Limits, read
from geodata.ingest.geojson import json_depth


def code_of(path, **options) -> str:
    with pytest.raises(ReadError) as caught:
        read(path, **options)
    assert caught.value.message
    return caught.value.code


def shapefile_parts(folder) -> dict[str, bytes]:
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=gpd.points_from_xy([113.6], [34.7]), crs=4326)
    frame.to_file(folder / "p.shp")
    return {part.suffix: part.read_bytes() for part in folder.glob("p.*")}


@pytest.mark.parametrize(
    "name", ["../evil.shp", "/etc/evil.shp", "a/../../evil.shp", "..\\evil.shp", "C:/evil.shp"]
)
def test_an_archive_that_reaches_out_of_itself_is_refused(name, tmp_path):
    path = tmp_path / "slip.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, b"x")
    assert code_of(path) == "archive_unsafe"
    assert sorted(part.name for part in tmp_path.iterdir()) == ["slip.zip"]


def test_a_link_inside_an_archive_is_refused(tmp_path):
    path = tmp_path / "link.zip"
    entry = zipfile.ZipInfo("p.shp")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert code_of(path) == "archive_unsafe"


def test_a_bomb_is_refused_by_ratio_and_by_size(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("p.shp", bytes(20 * 1024 * 1024))
    assert code_of(path) == "archive_unsafe"
    loose = Limits(max_unpack_ratio=10**9, max_unpacked_bytes=1024 * 1024)
    assert code_of(path, limits=loose) == "file_too_large"


def test_a_gzip_bomb_is_refused(tmp_path):
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"lon,lat\n" + b"1,1\n" * 1_000_000))
    assert code_of(path, crs=4326, limits=Limits(max_unpacked_bytes=100_000)) == "file_too_large"


def test_an_archive_with_too_many_entries_is_refused(tmp_path):
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(30):
            archive.writestr(f"{number}.txt", b"")
    assert code_of(path, limits=Limits(max_members=20)) == "archive_unsafe"


def test_truncated_files_are_called_damaged(tmp_path):
    parts = shapefile_parts(tmp_path)
    whole = tmp_path / "whole.zip"
    with zipfile.ZipFile(whole, "w") as archive:
        for suffix, data in parts.items():
            archive.writestr(f"p{suffix}", data)
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole.read_bytes()[:-60])
    assert code_of(cut) == "file_damaged"
    table = tmp_path / "cut.csv.gz"
    table.write_bytes(gzip.compress(b"lon,lat\n1,1\n" * 5000)[:-20])
    assert code_of(table, crs=4326) == "file_damaged"
    (tmp_path / "p.shp").write_bytes(parts[".shp"][:110])
    assert code_of(tmp_path / "p.shp") == "file_damaged"


def test_a_flipped_byte_inside_an_archive_is_noticed(tmp_path):
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("p.geojson", b'{"type": "Point", "coordinates": [1, 2]}')
    data = bytearray(path.read_bytes())
    data[60] ^= 1
    path.write_bytes(bytes(data))
    assert code_of(path) == "file_damaged"


@pytest.mark.parametrize("lost", [".shx", ".dbf"])
def test_an_incomplete_shapefile_names_what_it_lacks(lost, tmp_path):
    parts = shapefile_parts(tmp_path)
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for suffix, data in parts.items():
            if suffix != lost:
                archive.writestr(f"p{suffix}", data)
    with pytest.raises(ReadError, match=lost) as caught:
        read(path)
    assert caught.value.code == "shapefile_incomplete"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.zip", b"not a zip at all", "format_unknown"),
        ("a.geojson", b"hello", "format_unknown"),
        ("a.gpkg", b"SQLite format 3\x00" + bytes(90), "file_damaged"),
        ("a.parquet", b"PAR1 but no more", "file_damaged"),
        ("a.osm.pbf", b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x05abc", "file_damaged"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [', "json_malformed"),
        ("a.geojson", b"[1, 2]", "json_malformed"),
        ("a.geojson", b'{"hello": 1}', "json_malformed"),
        ("a.csv", b"", "file_empty"),
        ("a.csv", b"lon,lat\n\x00\x01", "format_unknown"),
        ("a.csv", b"lon,lat,lon\n1,2,3\n", "columns_repeated"),
        ("a.csv", b"a,b\n1,2\n", "coordinates_unnamed"),
        ("a.csv", b'lon,lat\n1,"2\n', "table_malformed"),
        ("a.pdf", b"%PDF-1.4", "format_unknown"),
    ],
)
def test_what_is_not_what_it_says_gets_its_own_code(name, content, code, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    assert code_of(path, crs=4326, layer="points" if "pbf" in name else None) == code


def test_a_missing_file_and_a_large_one_are_refused(tmp_path):
    assert code_of(tmp_path / "no.geojson") == "file_missing"
    path = tmp_path / "a.csv"
    path.write_text("lon,lat\n1,1\n")
    assert code_of(path, crs=4326, limits=Limits(max_bytes=5)) == "file_too_large"


def test_deep_json_is_refused_before_it_is_parsed(tmp_path):
    path = tmp_path / "deep.geojson"
    path.write_bytes(b'{"a":' * 100_000 + b"1" + b"}" * 100_000)
    assert code_of(path) == "json_too_deep"


def test_brackets_inside_strings_do_not_count_as_depth():
    assert json_depth(rb'{"a": "[[[[[[\"{{{{", "b": [1]}') == 2


def test_features_of_wrong_kind_are_refused_one_by_one(tmp_path):
    #  row 1 fine, 2 no number, 3 not finite, 4 unknown type, 5 wrong nesting, 6 no geometry,
    #  7 not a feature, 8 true is no number, 9 an unclosed ring (mended), 10 four dimensions
    geometries = [
        {"type": "Point", "coordinates": [113.6, 34.7]},
        {"type": "Point", "coordinates": ["a", 34.7]},
        {"type": "Point", "coordinates": [1e308, float("inf")]},
        {"type": "Circle", "coordinates": [113.6, 34.7]},
        {"type": "Polygon", "coordinates": [[113.6, 34.7]]},
        None,
        "nothing",
        {"type": "Point", "coordinates": [True, 34.7]},
        {"type": "Polygon", "coordinates": [[[113, 34], [114, 34], [114, 35], [113, 35]]]},
        {"type": "Point", "coordinates": [113.6, 34.7, 80, 5]},
    ]
    features = [
        {"type": "Feature", "properties": {"n": k}, "geometry": value}
        for k, value in enumerate(geometries, 1)
    ]
    features[6] = 7
    path = tmp_path / "mixed.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    records = read(path)
    assert records.frame["n"].tolist() == [1, 6, 9, 10]
    assert records.report.rows_with("geometry_malformed") == [2, 3, 4, 5, 8]
    assert records.report.rows_with("feature_malformed") == [7]
    assert records.report.rows_with("no_coordinates") == [6]
    assert records.report.rows_with("ring_closed") == [9]


def test_mixed_property_types_and_nested_values_stay_readable(tmp_path):
    path = tmp_path / "mixed.geojson"
    features = [
        {"type": "Feature", "properties": value, "geometry": None, "id": k}
        for k, value in enumerate([{"a": 1}, {"a": "x"}, {"a": {"b": [1]}}, None])
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    frame = read(path).frame
    assert frame["a"].tolist()[:3] == [1, "x", '{"b": [1]}']
    assert frame["id"].tolist() == [0, 1, 2, 3]


def test_a_geometry_with_too_many_vertices_is_refused_alone(tmp_path):
    path = tmp_path / "long.geojson"
    lines = [[[113 + k / 1000, 34] for k in range(count)] for count in (5, 50)]
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": c}}
        for c in lines
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    report = read(path, limits=Limits(max_vertices=10)).report
    assert report.rows_with("too_many_vertices") == [2]
    assert report.rows_kept == 1


def test_a_shapefile_without_any_column_is_read(tmp_path):
    frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy([113.6, 113.7], [34.7, 34.8]), crs=4326)
    frame.to_file(tmp_path / "p.shp")
    assert len(read(tmp_path / "p.shp", columns=[])) == 2


@pytest.mark.parametrize("kind", ["gpkg", "geojson", "parquet", "shp", "csv"])
def test_flipped_and_missing_bytes_never_end_in_anything_but_a_read_error(kind, tmp_path):
    lonlat = [113.6 + k / 100 for k in range(30)], [34.7] * 30
    frame = gpd.GeoDataFrame(
        {"名称": ["桐柏路"] * 30}, geometry=gpd.points_from_xy(*lonlat).buffer(0.01), crs=4326
    )
    path = tmp_path / f"p.{kind}"
    if kind == "parquet":
        frame.to_parquet(path)
    elif kind == "csv":
        path.write_text("名称,lon,lat\n" + "桐柏路,113.6,34.7\n" * 30, encoding="utf-8")
    else:
        frame.to_file(path)
    whole = path.read_bytes()
    chance = random.Random(20260101)
    for _ in range(40):
        data = bytearray(whole)
        for _ in range(chance.choice([1, 3, 20])):
            data[chance.randrange(min(3000, len(data)))] = chance.randrange(256)
        path.write_bytes(bytes(data[: chance.choice([len(data), chance.randrange(len(data))])]))
        with contextlib.suppress(ReadError):
            read(path, crs=4326 if kind == "csv" else None)
