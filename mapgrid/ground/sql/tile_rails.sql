-- Railways, the pieces of one name joined.
SELECT min(rail.id) AS fid, rail.name,
    ST_AsMVTGeom(
        ST_Simplify(
            ST_LineMerge(ST_Collect(ST_Transform(rail.line, 3857))), %(tile_pixel_m)s / 2, true
        ),
        ST_TileEnvelope(%(tile_z)s, %(tile_x)s, %(tile_y)s), 4096, 64
    ) AS geom
FROM ground_rail AS rail
WHERE rail.line && ST_Transform(ST_TileEnvelope(%(tile_z)s, %(tile_x)s, %(tile_y)s, margin => 64.0 / 4096), 4326)
GROUP BY rail.name
ORDER BY count(*) DESC, rail.name
LIMIT 500
