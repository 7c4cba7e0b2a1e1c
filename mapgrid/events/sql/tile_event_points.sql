-- The events of one tile, one more than may be drawn, so that the reader of this knows.
SELECT e.id AS fid, e.id, e.number AS n, $clock AS clock, $stage AS stage,
    -- One case has one name everywhere: its condition's, as in the list.
    CASE WHEN %(chinese)s THEN coalesce(condition.name, category.name)
         ELSE coalesce(condition.name_en, category.name_en) END AS title,
    floor(extract(epoch FROM e.deadline_at))::bigint AS due,
    category.kind || ':' || category.code AS category,
    ST_AsMVTGeom(ST_Transform(e.point, 3857), ST_TileEnvelope(%(tile_z)s, %(tile_x)s, %(tile_y)s), 4096, 64) AS geom
FROM events_event AS e
LEFT JOIN catalogue_category AS category ON category.id = e.category_id
LEFT JOIN catalogue_condition AS condition ON condition.id = e.condition_id
WHERE e.point && ST_Transform(ST_TileEnvelope(%(tile_z)s, %(tile_x)s, %(tile_y)s, margin => 64.0 / 4096), 4326)
    AND $scope
    AND $condition
LIMIT %(most)s + 1
