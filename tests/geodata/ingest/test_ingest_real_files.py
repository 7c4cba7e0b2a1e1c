"""The figures of real public files; skipped where that folder is absent."""

import csv
import warnings

import numpy as np
import pytest

from geodata.crs import Datum
from geodata.ingest import Match, compare_names, occurrence_ids, read
from geodata.ingest.osm_pbf import tagged_ways


@pytest.fixture(scope="module")
def requests(data_dir):
    return read(
        data_dir / "events_chicago311/chicago_311_sanitation_code.csv.gz",
        crs=4326,
        datum=Datum.WGS84,
        datum_required=True,
    )


def test_chicago_keeps_every_row_and_lists_those_without_coordinates(requests):
    report = requests.report
    assert (report.rows_read, report.rows_kept) == (74_401, 74_401)
    assert len(report.rows_with("no_coordinates")) == 24
    assert int(requests.located.sum()) == 74_377
    assert report.refused == []


def test_chicago_numbers_become_ids_that_no_shuffling_changes(requests):
    rows = requests.frame
    found = occurrence_ids(rows, "Service_Request_Number", "Completion_Date")
    assert len(set(found.ids)) == 74_401
    assert rows["Service_Request_Number"].nunique() == 74_026
    assert len(found.repeated) == 371
    assert found.identical == 3
    order = np.random.default_rng(7).permutation(len(rows))
    shuffled = rows.iloc[order].reset_index(drop=True)
    again = occurrence_ids(shuffled, "Service_Request_Number", "Completion_Date")
    same = rows.drop(columns="geometry").iloc[order].astype(str).agg("|".join, axis=1).to_numpy()
    assert sorted(zip(found.ids[order], same, strict=True)) == sorted(
        zip(again.ids, same, strict=True)
    )


def test_chicago_shapefile_without_prj_equals_its_geojson_once_declared(data_dir):
    raw = read(data_dir / "events_chicago311/chicago77.shp", crs=3435)
    ready = read(data_dir / "events_chicago311/chicago_community_areas_wgs84.geojson")
    assert len(raw) == len(ready) == 77
    np.testing.assert_allclose(raw.frame.total_bounds, ready.frame.total_bounds, atol=1e-7)


def test_helsinki_ways_are_all_counted_and_the_cut_ones_named(data_dir):
    path = data_dir / "osm_helsinki/helsinki.osm.pbf"
    assert len(tagged_ways(path, ["building"])) == 433
    assert len(tagged_ways(path, ["highway"])) == 2_650
    buildings = read(path, layer="buildings")
    # 431 of the 433 ways and 63 relations; two ways are drawn as part of a relation.
    assert buildings.report.rows_read == 494
    assert len(buildings.report.rows_with("way_cut")) == 48
    assert buildings.report.rows_kept == 482
    assert set(buildings.frame.geom_type) <= {"Polygon", "MultiPolygon"}


def test_helsinki_streets_are_lines_even_where_they_close(data_dir):
    streets = read(data_dir / "osm_helsinki/helsinki.osm.pbf", layer="highways")
    assert streets.report.rows_read == 2_604
    assert set(streets.frame.geom_type) <= {"LineString", "MultiLineString"}
    census = streets.report.warnings[0].values
    assert (census["total"], census["absent"], census["short"]) == (2_650, 71, 71)


def test_helsinki_manholes_are_the_same_in_both_files(data_dir):
    from_pbf = read(data_dir / "osm_helsinki/helsinki.osm.pbf", layer="manholes").frame
    published = read(data_dir / "manholes_helsinki/helsinki_osm_manholes.geojson").frame
    assert len(from_pbf) == len(published) == 397
    assert dict(zip(from_pbf["osm_id"], from_pbf["manhole"], strict=True)) == {
        f"node/{number}": kind
        for number, kind in zip(published["osm_id"], published["manhole"], strict=True)
    }


def test_wuhan_segments_have_an_identity_of_their_own(data_dir):
    streets = read(data_dir / "roads_wuhan/wuhan_streets_original.parquet")
    assert len(streets) == 92_667
    assert streets.report.crs == "EPSG:32650"
    assert streets.report.crs_how == "metadata of the file"
    assert occurrence_ids(streets.frame, ["u", "v", "key"]).repeated == ()


def test_zhengzhou_names_are_recognised_as_utf8_without_a_declaration(data_dir):
    towns = read(data_dir / "zhengzhou/townships_2000/zhengzhou_townships.shp")
    assert len(towns) == 160
    assert towns.report.crs == "EPSG:3395"
    chinese = [name for name in towns.frame["ename"] if not name.isascii()]
    assert sorted(chinese) == sorted(
        ["南关街道", "七里烟香", "谢庄镇", "康店镇", "董张乡", "光武镇", "河洛镇", "刘林珍"]
    )
    assert len(towns.report.rows_with("encoding_found")) == 8
    assert towns.report.rows_with("control_character") == [16]


def test_zhengzhou_codes_are_compared_with_the_official_list(data_dir):
    towns = read(data_dir / "zhengzhou/townships_2000/zhengzhou_townships.shp").frame
    with (data_dir / "zhengzhou/zhengzhou_streets.csv").open(encoding="utf-8") as stream:
        official = {row["code"]: row["name"] for row in csv.DictReader(stream)}
    found = compare_names(towns["gbcode"].tolist(), towns["ename"].tolist(), official)
    listed = [row for row in found if row.match is not Match.NOT_LISTED]
    assert len(listed) == 109
    differing = {row.name: row.official_name for row in listed if row.match is Match.DIFFERS}
    assert differing["光武镇"] == "广武镇"


def test_reading_real_files_lets_no_warning_escape(data_dir):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read(data_dir / "osm_helsinki/helsinki.osm.pbf", layer="landuse")
        read(data_dir / "osm_shanghai_lujiazui/buildings.geojson")
