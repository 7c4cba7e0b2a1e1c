-- One label a cell, in the one tile that its label point lies in.
SELECT cell.id AS fid, cell.code, cell.name,
    regexp_replace(cell.name, '^[^-]*-', '') AS short,
    grid.level, grid.kind,
    ST_AsMVTGeom(ST_Transform(cell.label_point, 3857), ST_TileEnvelope(%(tile_z)s, %(tile_x)s, %(tile_y)s), 4096, 0) AS geom
FROM grids_cell AS cell
JOIN grids_grid AS grid ON grid.id = cell.grid_id
WHERE cell.edition_id = ANY(%(editions)s::bigint[])
    AND cell.depth = ANY(%(depths)s::integer[])
    AND cell.boundary && ST_Transform(ST_TileEnvelope(%(tile_z)s, %(tile_x)s, %(tile_y)s, margin => 64.0 / 4096), 4326)
    AND cell.label_point && ST_Transform(ST_TileEnvelope(%(tile_z)s, %(tile_x)s, %(tile_y)s), 4326)
    AND ST_XMax(cell.boundary) - ST_XMin(cell.boundary) >= 16 * %(tile_pixel_deg)s
ORDER BY cell.depth, cell.code
LIMIT 2000
