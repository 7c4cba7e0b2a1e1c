-- Streets of the ranks that the zoom shows. The pieces of one name are joined: no gaps where short pieces
-- would fall below a pixel, and one label a street.
SELECT min(street.id) AS fid, street.name, street.rank,
    ST_AsMVTGeom(
        ST_Simplify(
            ST_LineMerge(ST_Collect(ST_Transform(street.line, 3857))), %(tile_pixel_m)s / 2, true
        ),
        ST_TileEnvelope(%(tile_z)s, %(tile_x)s, %(tile_y)s), 4096, 64
    ) AS geom
FROM ground_street AS street
WHERE street.line && ST_Transform(ST_TileEnvelope(%(tile_z)s, %(tile_x)s, %(tile_y)s, margin => 64.0 / 4096), 4326)
    AND street.rank = ANY(%(ranks)s)
GROUP BY street.rank, street.name
ORDER BY count(*) DESC, street.name
LIMIT 4000
