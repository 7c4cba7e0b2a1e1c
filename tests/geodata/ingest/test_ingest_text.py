"""Text whose encoding nobody declared."""

import geopandas as gpd
import pytest

from geodata.errors import ReadError
from geodata.ingest import read
from geodata.ingest.text import codec_name, decode_document, decode_value


def shapefile(folder, names, encoding="utf-8", keep_cpg=False):
    frame = gpd.GeoDataFrame(
        {"名称": names}, geometry=gpd.points_from_xy([113.6] * len(names), [34.7] * len(names)),
        crs=4326,
    )  # fmt: skip
    frame.to_file(folder / "p.shp", encoding=encoding)
    if not keep_cpg:
        (folder / "p.cpg").unlink()
        table = bytearray((folder / "p.dbf").read_bytes())
        table[29] = 0  # forget the language driver, too
        (folder / "p.dbf").write_bytes(bytes(table))
    return folder / "p.shp"


@pytest.mark.parametrize(("encoding", "found"), [("utf-8", "utf-8"), ("gbk", "gb18030")])
def test_an_undeclared_dbf_is_read_and_each_value_reported(encoding, found, tmp_path):
    records = read(shapefile(tmp_path, ["桐柏路街道", "plain", "秦岭路"], encoding))
    assert records.frame["名称"].tolist() == ["桐柏路街道", "plain", "秦岭路"]
    assert records.report.rows_with("encoding_found") == [1, 3]
    assert records.report.encoding == found
    assert records.report.encoding_how == "found value by value"


def test_a_dbf_that_mixes_two_encodings_is_read_value_by_value(tmp_path):
    path = shapefile(tmp_path, ["桐柏路路路", "秦岭路路路"], "utf-8")
    table = (tmp_path / "p.dbf").read_bytes()
    old, new = "秦岭路路路".encode(), "秦岭路路路".encode("gbk")
    (tmp_path / "p.dbf").write_bytes(table.replace(old, new.ljust(len(old))))
    records = read(path)
    assert records.frame["名称"].tolist() == ["桐柏路路路", "秦岭路路路"]
    assert records.report.encoding == "gb18030, utf-8"


def test_a_declared_encoding_is_used_without_remark(tmp_path):
    records = read(shapefile(tmp_path, ["桐柏路"], "gbk", keep_cpg=True))
    assert records.frame["名称"].tolist() == ["桐柏路"]
    assert records.report.repaired == []
    assert records.report.encoding_how == ".cpg of the file"


def test_a_cpg_that_lies_is_noticed(tmp_path):
    path = shapefile(tmp_path, ["桐柏路"], "gbk", keep_cpg=True)
    (tmp_path / "p.cpg").write_text("UTF-8")
    records = read(path)
    assert records.frame["名称"].tolist() == ["桐柏路"]
    assert "states utf-8" in records.report.repaired[0].reason


def test_a_line_break_inside_a_name_is_removed_and_reported(tmp_path):
    records = read(shapefile(tmp_path, ["\n董张乡", "董\r\n张乡"]))
    assert records.frame["名称"].tolist() == ["董张乡", "董 张乡"]
    assert records.report.rows_with("control_character") == [1, 2]


@pytest.mark.parametrize(
    ("encoding", "found", "how"),
    [
        ("utf-8", "utf-8", "strict UTF-8"),
        ("utf-8-sig", "utf-8-sig", "byte order mark"),
        ("gbk", "gb18030", "not UTF-8; read as GB18030"),
        ("utf-16", "utf-16", "byte order mark"),
    ],
)
def test_a_table_is_decoded_and_says_how(encoding, found, how, tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("名称,经度,纬度\n桐柏路,113.6,34.7\n".encode(encoding))
    records = read(path, crs=4326)
    assert records.frame["名称"].tolist() == ["桐柏路"]
    assert (records.report.encoding, records.report.encoding_how) == (found, how)


def test_a_table_pasted_from_two_sources_is_decoded_by_line(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(
        "name,lon,lat\n桐柏路,113.6,34.7\n".encode() + "秦岭路,113.6,34.7".encode("gbk")
    )
    records = read(path, crs=4326)
    assert records.frame["name"].tolist() == ["桐柏路", "秦岭路"]
    assert records.report.encoding == "utf-8 and gb18030"


def test_an_encoding_declared_wrongly_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("名称,lon,lat\n桐柏路,113.6,34.7\n".encode("gbk"))
    for declared, code in (("utf-8", "encoding_wrong"), ("klingon", "encoding_unknown")):
        with pytest.raises(ReadError) as caught:
            read(path, crs=4326, encoding=declared)
        assert caught.value.code == code


def test_bytes_of_no_encoding_name_their_line():
    with pytest.raises(ReadError, match="Line 2"):
        decode_document(b"abc\n\xff\xff\xff\n", None)


@pytest.mark.parametrize("name", ["GBK", "gb2312", "936", "CP936", "ANSI 936", "gb18030"])
def test_all_names_of_chinese_encodings_mean_the_largest(name):
    assert codec_name(name) == "gb18030"


def test_nothing_is_lost_from_bytes_that_no_encoding_reads():
    text, encoding = decode_value(b"\xff\xff", None)
    assert encoding == "latin-1"
    assert text.encode("latin-1") == b"\xff\xff"
