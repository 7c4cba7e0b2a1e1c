-- Where a day, square and street has several rows it gets one, or none if they come to nothing.
WITH crowded AS (
    SELECT day, square, root FROM events_tile_tally GROUP BY day, square, root HAVING count(*) > 1
), gone AS (
    DELETE FROM events_tile_tally AS tally USING crowded
    WHERE tally.day = crowded.day AND tally.square = crowded.square
        AND tally.root = crowded.root
    RETURNING tally.day, tally.square, tally.root, tally.n, tally.x, tally.y
), made AS (
    INSERT INTO events_tile_tally (day, square, root, n, x, y)
    SELECT day, square, root, sum(n), sum(x), sum(y) FROM gone
    GROUP BY day, square, root
    HAVING sum(n) <> 0 OR sum(x) <> 0 OR sum(y) <> 0
    RETURNING 1
)
SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM made)
