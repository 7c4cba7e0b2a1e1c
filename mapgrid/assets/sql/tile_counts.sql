-- Too many points: counts by squares of 64 pixels (1024 units of the tile), at the mean of the points.
SELECT (least(3, greatest(0, ST_Y(point.geom)::integer / 1024)) * 4
        + least(3, greatest(0, ST_X(point.geom)::integer / 1024)))::bigint AS fid,
    count(*)::integer AS n,
    ST_Point(round(avg(ST_X(point.geom))), round(avg(ST_Y(point.geom)))) AS geom
FROM $rows AS point
WHERE (SELECT count(*) FROM $rows) > %(most)s
    AND ST_X(point.geom) BETWEEN 0 AND 4095 AND ST_Y(point.geom) BETWEEN 0 AND 4095
GROUP BY 1
ORDER BY 1
