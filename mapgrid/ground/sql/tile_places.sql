-- Named places.
SELECT place.id AS fid, place.name, place.kind,
    ST_AsMVTGeom(ST_Transform(place.point, 3857), ST_TileEnvelope(%(tile_z)s, %(tile_x)s, %(tile_y)s), 4096, 64) AS geom
FROM ground_place AS place
WHERE place.point && ST_Transform(ST_TileEnvelope(%(tile_z)s, %(tile_x)s, %(tile_y)s, margin => 64.0 / 4096), 4326)
ORDER BY place.id
LIMIT 1000
