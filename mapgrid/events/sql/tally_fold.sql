-- Squares and days with several rows get one; those that came to nothing get none.
WITH crowded AS (
    SELECT day, square FROM events_tile_tally GROUP BY day, square HAVING count(*) > 1
), gone AS (
    DELETE FROM events_tile_tally AS tally USING crowded
    WHERE tally.day = crowded.day AND tally.square = crowded.square
    RETURNING tally.day, tally.square, tally.n, tally.x, tally.y
), made AS (
    INSERT INTO events_tile_tally (day, square, n, x, y)
    SELECT day, square, sum(n), sum(x), sum(y) FROM gone
    GROUP BY day, square
    HAVING sum(n) <> 0 OR sum(x) <> 0 OR sum(y) <> 0
    RETURNING 1
)
SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM made)
