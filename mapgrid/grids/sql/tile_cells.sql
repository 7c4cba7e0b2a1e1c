-- The outlines of the cells in force.
SELECT cell.id AS fid, cell.code, cell.name,
    regexp_replace(cell.name, '^[^-]*-', '') AS short,
    grid.level, grid.kind, cell.households,
    ST_AsMVTGeom(
        ST_Simplify(ST_Transform(cell.boundary, 3857), %(tile_pixel_m)s / 2, true),
        ST_TileEnvelope(%(tile_z)s, %(tile_x)s, %(tile_y)s), 4096, 64
    ) AS geom
FROM grids_cell AS cell
JOIN grids_grid AS grid ON grid.id = cell.grid_id
WHERE cell.edition_id = ANY(%(editions)s::bigint[])
    AND cell.depth = ANY(%(depths)s::integer[])
    AND cell.boundary && ST_Transform(ST_TileEnvelope(%(tile_z)s, %(tile_x)s, %(tile_y)s, margin => 64.0 / 4096), 4326)
    AND ST_XMax(cell.boundary) - ST_XMin(cell.boundary) >= 2 * %(tile_pixel_deg)s
ORDER BY cell.depth, cell.code
LIMIT 4000
