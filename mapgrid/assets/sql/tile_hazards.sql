-- Hazard points in force, cut to the reader.
SELECT hazard.id AS fid, hazard.id, hazard.kind, hazard.severity, hazard.season,
    ST_AsMVTGeom(ST_Transform(hazard.point, 3857), ST_TileEnvelope(%(tile_z)s, %(tile_x)s, %(tile_y)s), 4096, 64) AS geom
FROM assets_hazardpoint AS hazard
WHERE hazard.point && ST_Transform(ST_TileEnvelope(%(tile_z)s, %(tile_x)s, %(tile_y)s, margin => 64.0 / 4096), 4326)
    AND hazard.state = 'active'
    AND $cut
