-- Water, as areas or lines.
-- Shapes below two pixels are not seen; the largest come first, so that a bound cuts what matters least.
SELECT shape.id AS fid, shape.name, shape.kind,
    ST_AsMVTGeom(
        ST_Simplify(ST_Transform(shape.area, 3857), %(tile_pixel_m)s / 2, true),
        ST_TileEnvelope(%(tile_z)s, %(tile_x)s, %(tile_y)s), 4096, 64
    ) AS geom
FROM ground_water AS shape
WHERE shape.area && ST_Transform(ST_TileEnvelope(%(tile_z)s, %(tile_x)s, %(tile_y)s, margin => 64.0 / 4096), 4326)
    AND greatest(
        ST_XMax(shape.area) - ST_XMin(shape.area), ST_YMax(shape.area) - ST_YMin(shape.area)
    ) >= 2 * %(tile_pixel_deg)s
ORDER BY greatest(
    ST_XMax(shape.area) - ST_XMin(shape.area), ST_YMax(shape.area) - ST_YMin(shape.area)
) DESC, shape.id
LIMIT 2000
