-- The events of one tile that a count reads, from an index alone: a tile is one range of keys.
SELECT e.tile_key, e.tile_x, e.tile_y, $clock AS clock
FROM events_event AS e
WHERE e.tile_key BETWEEN %(key_first)s AND %(key_last)s
    AND $scope
    AND $condition
