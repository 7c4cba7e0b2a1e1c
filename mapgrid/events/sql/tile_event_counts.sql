-- Counts by squares of 64 pixels, at the mean of their points. Every event is counted in exactly one tile.
SELECT square.fid, square.n, square.late, square.soon, square.ok, square.still, square.lost,
    ST_Point(
        round((square.x * %(tile_units)s - %(tile_x)s * 4096)::numeric),
        round((square.y * %(tile_units)s - %(tile_y)s * 4096)::numeric)
    ) AS geom
FROM (
    SELECT part.tile_key >> %(square_shift)s AS fid,
        count(*)::integer AS n,
        count(*) FILTER (WHERE part.clock = 'late')::integer AS late,
        count(*) FILTER (WHERE part.clock = 'soon')::integer AS soon,
        count(*) FILTER (WHERE part.clock = 'ok')::integer AS ok,
        count(*) FILTER (WHERE part.clock = 'still')::integer AS still,
        count(*) FILTER (WHERE part.clock = 'lost')::integer AS lost,
        avg(part.tile_x)::double precision AS x,
        avg(part.tile_y)::double precision AS y
    FROM ($rows) AS part
    WHERE $when
    GROUP BY 1
) AS square
ORDER BY square.fid
