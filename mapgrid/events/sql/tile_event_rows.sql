-- Raw events of one tile by square and clock. A tile is one range of keys, so an index alone answers.
SELECT e.tile_key >> %(square_shift)s AS square, $clock AS clock,
    count(*) AS n, sum(e.tile_x)::bigint AS x, sum(e.tile_y)::bigint AS y
FROM events_event AS e
WHERE e.tile_key BETWEEN %(key_first)s AND %(key_last)s
    AND $scope
    AND $condition
GROUP BY 1, 2
