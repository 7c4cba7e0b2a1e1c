-- Counts by squares of 64 pixels, at the mean of their points. Every event is counted in exactly one tile.
-- 4096.0: from zoom 20 on, a tile's number times its units is more than an integer holds.
SELECT square AS fid, n, late, soon, ok, still, lost,
    ST_Point(
        round(x / n * %(tile_units)s - %(tile_x)s * 4096.0),
        round(y / n * %(tile_units)s - %(tile_y)s * 4096.0)
    ) AS geom
FROM (
    SELECT square,
        sum(n)::integer AS n,
        coalesce(sum(n) FILTER (WHERE clock = 'late'), 0)::integer AS late,
        coalesce(sum(n) FILTER (WHERE clock = 'soon'), 0)::integer AS soon,
        coalesce(sum(n) FILTER (WHERE clock = 'ok'), 0)::integer AS ok,
        coalesce(sum(n) FILTER (WHERE clock = 'still'), 0)::integer AS still,
        coalesce(sum(n) FILTER (WHERE clock = 'lost'), 0)::integer AS lost,
        sum(x)::double precision AS x,
        sum(y)::double precision AS y
    FROM ($rows) AS part
    WHERE $when
    GROUP BY square
) AS counted
ORDER BY square
