"""The same three places, written in every format, come back as the same records."""

import gzip
import json
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.crs import Datum, from_wgs84
from geodata.errors import ReadError
from geodata.ingest import Limits, read

LON = [113.61, 113.62, 113.63]
LAT = [34.75, 34.76, 34.77]
NAMES = ["桐柏路", "秦岭路", "棉纺路"]


@pytest.fixture
def places() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"name": NAMES, "n": [1, 2, 3]}, geometry=gpd.points_from_xy(LON, LAT), crs=4326
    )


def zipped_shapefile(frame: gpd.GeoDataFrame, folder: Path, encoding: str = "utf-8") -> Path:
    inner = folder / "shape"
    inner.mkdir()
    frame.to_file(inner / "places.shp", encoding=encoding)
    target = folder / "places.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in inner.iterdir():
            archive.write(part, f"data/{part.name}")
    return target


def written(frame: gpd.GeoDataFrame, kind: str, folder: Path) -> Path:
    path = folder / f"places.{kind}"
    if kind == "zip":
        return zipped_shapefile(frame, folder)
    if kind == "parquet":
        frame.to_parquet(path)
    elif kind in ("csv", "csv.gz"):
        table = pd.DataFrame(frame.drop(columns="geometry")).assign(lon=LON, lat=LAT)
        text = table.to_csv(index=False).encode()
        path.write_bytes(gzip.compress(text) if kind == "csv.gz" else text)
    else:
        frame.to_file(path)
    return path


@pytest.mark.parametrize("kind", ["geojson", "gpkg", "zip", "parquet", "csv", "csv.gz"])
def test_every_format_gives_the_same_records(places, kind, tmp_path):
    path = written(places, kind, tmp_path)
    records = read(path, crs=4326 if kind.startswith("csv") else None)
    assert records.frame["name"].tolist() == NAMES
    assert records.frame.crs.to_epsg() == 4326
    assert records.rows.tolist() == [1, 2, 3]
    np.testing.assert_allclose(records.frame.geometry.x, LON, atol=1e-9)
    np.testing.assert_allclose(records.raw_y, LAT, atol=1e-9)
    assert records.report.crs == "EPSG:4326"
    assert (records.report.rows_read, records.report.rows_kept) == (3, 3)


def test_a_table_without_a_declared_crs_is_refused_with_a_hint(places, tmp_path):
    with pytest.raises(ReadError, match="not guessed") as caught:
        read(written(places, "csv", tmp_path))
    assert caught.value.code == "crs_undeclared"


def test_a_shapefile_without_prj_needs_a_declared_crs(places, tmp_path):
    places.to_crs(4547).to_file(tmp_path / "p.shp")
    (tmp_path / "p.prj").unlink()
    with pytest.raises(ReadError) as caught:
        read(tmp_path / "p.shp")
    assert caught.value.code == "crs_undeclared"
    records = read(tmp_path / "p.shp", crs=4547)
    np.testing.assert_allclose(records.frame.geometry.x, LON, atol=1e-8)
    assert records.raw_x[0] > 400_000  # raw values stay in the metres of the file
    assert records.report.crs_how == "declared"


def test_a_declared_crs_that_contradicts_the_file_is_refused(places, tmp_path):
    with pytest.raises(ReadError) as caught:
        read(written(places, "gpkg", tmp_path), crs=4547)
    assert caught.value.code == "crs_conflict"


def test_geojson_without_crs_member_is_wgs84_and_says_why(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "Point", "coordinates": [113.6, 34.7]}))
    assert "RFC 7946" in read(path).report.crs_how


def test_an_unknown_epsg_code_is_refused(places, tmp_path):
    with pytest.raises(ReadError) as caught:
        read(written(places, "csv", tmp_path), crs=999_999)
    assert caught.value.code == "crs_unknown"


def test_gcj02_points_are_moved_back_and_keep_their_raw_values(places, tmp_path):
    lon, lat = from_wgs84(np.array(LON), np.array(LAT), Datum.GCJ02)
    shifted = places.set_geometry(gpd.points_from_xy(lon, lat), crs=4326)
    records = read(written(shifted, "geojson", tmp_path), datum=Datum.GCJ02)
    np.testing.assert_allclose(records.frame.geometry.x, LON, atol=1e-9)
    np.testing.assert_allclose(records.raw_x, lon, atol=1e-9)
    assert abs(records.raw_x[0] - LON[0]) > 0.003
    assert (records.datum, records.report.datum_how) == (Datum.GCJ02, "declared")


def test_lonlat_without_datum_is_refused_where_the_caller_requires_one(places, tmp_path):
    path = written(places, "geojson", tmp_path)
    with pytest.raises(ReadError) as caught:
        read(path, datum_required=True)
    assert caught.value.code == "datum_undeclared"
    assert len(read(path, datum_required=True, datum=Datum.WGS84)) == 3


def test_cgcs2000_is_recognised_from_its_crs(places, tmp_path):
    records = read(written(places.to_crs(4490), "gpkg", tmp_path), datum_required=False)
    assert records.datum is Datum.CGCS2000


def test_layers_must_be_named_when_there_are_several(places, tmp_path):
    path = tmp_path / "two.gpkg"
    places.to_file(path, layer="one")
    places.iloc[:2].to_file(path, layer="two")
    with pytest.raises(ReadError, match="one, two") as caught:
        read(path)
    assert caught.value.code == "layer_needed"
    assert len(read(path, layer="two")) == 2
    with pytest.raises(ReadError) as caught:
        read(path, layer="three")
    assert caught.value.code == "layer_unknown"


def test_columns_can_be_chosen_and_renamed(places, tmp_path):
    path = written(places, "geojson", tmp_path)
    assert list(read(path, columns={"name": "title"}).frame.columns) == ["title", "geometry"]
    with pytest.raises(ReadError, match="There are: name, n") as caught:
        read(path, columns=["nome"])
    assert caught.value.code == "column_missing"


def test_coordinate_columns_can_be_named(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("东;北;x\n113.6;34.7;a\n")
    records = read(path, crs=4326, x="东", y="北")
    assert records.frame.geometry[0].equals(shapely.Point(113.6, 34.7))


def test_rows_without_coordinates_are_kept_and_reported(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,lon,lat\na,113.6,34.7\nb,,\nc,113.7,\nd,NaN,NaN\ne,0,0\n")
    records = read(path, crs=4326)
    assert records.frame["id"].tolist() == list("abcde")
    assert records.report.rows_with("no_coordinates") == [2, 3, 4]
    assert records.located.tolist() == [True, False, False, False, True]
    assert records.report.rows_with("at_zero") == [5]


def test_rows_that_are_not_numbers_are_refused_and_row_numbers_stay(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,lon,lat\na,x,34.7\nb,1e400,34\nc,113.6,34.7\nd,113.6\n\ne,113.6,34.7\n")
    records = read(path, crs=4326)
    assert records.frame["id"].tolist() == ["c", "e"]
    assert records.rows.tolist() == [3, 5]
    assert records.report.rows_with("coordinate_unreadable") == [1, 2]
    assert records.report.rows_with("field_count") == [4]


def test_swapped_axes_are_refused_with_their_reason(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,lon,lat\na,34.75,113.6\nb,113.6,34.75\nc,200,300\n")
    report = read(path, crs=4326).report
    assert report.rows_kept == 1
    assert "swapped" in report.refused[0].reason
    assert [note.code for note in report.refused] == ["axes_swapped", "out_of_range"]


def test_projected_coordinates_off_the_globe_are_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,x,y\na,1e12,1e12\nb,500000,3847000\n")
    records = read(path, crs=4547)
    assert records.report.rows_with("out_of_range") == [1]
    assert records.frame["id"].tolist() == ["b"]


def test_the_content_decides_the_format_and_the_wrong_name_is_reported(places, tmp_path):
    real = written(places, "gpkg", tmp_path)
    wrong = real.rename(tmp_path / "places.geojson")
    records = read(wrong)
    assert len(records) == 3
    assert "geopackage" in str(records.report.warnings[0])


def test_an_empty_collection_gives_an_empty_frame(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text('{"type": "FeatureCollection", "features": []}')
    assert len(read(path)) == 0


def test_too_many_features_are_refused(places, tmp_path):
    for kind in ("geojson", "gpkg", "zip", "parquet", "csv"):
        folder = tmp_path / kind
        folder.mkdir()
        with pytest.raises(ReadError) as caught:
            read(written(places, kind, folder), crs=4326, limits=Limits(max_features=2))
        assert caught.value.code == "too_many_features", kind


def test_progress_runs_from_nothing_to_all(places, tmp_path):
    steps: list[tuple[int, int]] = []
    read(written(places, "geojson", tmp_path), progress=lambda done, of: steps.append((done, of)))
    assert steps[0][0] == 0
    assert steps[-1][0] == steps[-1][1]
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
