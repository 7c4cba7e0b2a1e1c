-- Standing buildings: footprints, or points where nobody drew one. A foreign building is a bare shape.
SELECT seen.id AS fid, seen.id, seen.name, building.kind, seen.floors,
    ST_AsMVTGeom(
        ST_Simplify(
            ST_Transform(coalesce(building.footprint, building.point), 3857),
            %(tile_pixel_m)s / 2, true
        ),
        ST_TileEnvelope(%(tile_z)s, %(tile_x)s, %(tile_y)s), 4096, 64
    ) AS geom
FROM register_building AS building
LEFT JOIN LATERAL (
    SELECT building.id, nullif(building.name, '') AS name, building.floors WHERE $cut
) AS seen ON true
WHERE building.state = 'standing'
    AND (building.footprint && ST_Transform(ST_TileEnvelope(%(tile_z)s, %(tile_x)s, %(tile_y)s, margin => 64.0 / 4096), 4326)
        OR (building.footprint IS NULL AND building.point && ST_Transform(ST_TileEnvelope(%(tile_z)s, %(tile_x)s, %(tile_y)s, margin => 64.0 / 4096), 4326)))
ORDER BY ST_Area(Box2D(building.footprint)) DESC NULLS LAST, building.id
LIMIT 5000
