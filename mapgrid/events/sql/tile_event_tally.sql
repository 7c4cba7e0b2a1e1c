-- Ended events of one tile by square, added up from the tally by day and street
-- (see 0005_tile_tally.sql and 0006_tally_streets.sql).
SELECT (tally.square >> (%(square_shift)s - 22))::bigint AS square, 'still' AS clock,
    sum(tally.n)::bigint AS n, sum(tally.x)::bigint AS x, sum(tally.y)::bigint AS y
FROM events_tile_tally AS tally
WHERE tally.square BETWEEN %(key_first)s >> 22 AND %(key_last)s >> 22
    AND (%(first_day)s::date IS NULL OR tally.day >= %(first_day)s::date)
    AND (%(last_day)s::date IS NULL OR tally.day <= %(last_day)s::date)
    AND (%(roots)s::text[] IS NULL OR tally.root = ANY(%(roots)s::text[]))
GROUP BY 1
HAVING sum(tally.n) > 0
