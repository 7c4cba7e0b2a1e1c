-- Components that stand there, cut to the reader.
SELECT component.id AS fid, component.id, category.glyph,
    category.kind || ':' || category.code AS category, component.state,
    ST_AsMVTGeom(ST_Transform(component.point, 3857), ST_TileEnvelope(%(tile_z)s, %(tile_x)s, %(tile_y)s), 4096, 64) AS geom
FROM assets_component AS component
JOIN catalogue_category AS category ON category.id = component.category_id
WHERE component.point && ST_Transform(ST_TileEnvelope(%(tile_z)s, %(tile_x)s, %(tile_y)s, margin => 64.0 / 4096), 4326)
    AND component.state <> 'retired'
    AND $cut
