-- The tally goes one zoom further (squares of 64 pixels at zoom 13) and tells streets apart, so that the
-- centre of one street has its counts from it too. `root` is the first code of the path for access, and
-- empty for what lies in no grid. The days are those of 0005_tile_tally.sql, and so is the idea.

TRUNCATE events_tile_tally;
DROP INDEX events_tile_tally_square;
ALTER TABLE events_tile_tally ADD COLUMN root varchar(40) COLLATE "C" NOT NULL;
CREATE INDEX events_tile_tally_square ON events_tile_tally (square, day) INCLUDE (root, n, x, y);

CREATE OR REPLACE FUNCTION mapgrid_tally_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO events_tile_tally (day, square, root, n, x, y)
    SELECT mapgrid_local_day(reported_at), tile_key >> 22, split_part(scope_path, '.', 1),
        count(*), sum(tile_x), sum(tile_y)
    FROM added
    WHERE state IN ('closed', 'rejected') AND tile_key IS NOT NULL
    GROUP BY 1, 2, 3;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION mapgrid_tally_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO events_tile_tally (day, square, root, n, x, y)
    SELECT mapgrid_local_day(reported_at), tile_key >> 22, split_part(scope_path, '.', 1),
        -count(*), -sum(tile_x), -sum(tile_y)
    FROM gone
    WHERE state IN ('closed', 'rejected') AND tile_key IS NOT NULL
    GROUP BY 1, 2, 3;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION mapgrid_tally_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO events_tile_tally (day, square, root, n, x, y)
    SELECT mapgrid_local_day(reported_at), tile_key >> 22, split_part(scope_path, '.', 1),
        sum(sign), sum(sign * tile_x), sum(sign * tile_y)
    FROM (
        SELECT 1::bigint AS sign, reported_at, scope_path, tile_key, tile_x, tile_y FROM added
        WHERE state IN ('closed', 'rejected')
        UNION ALL
        SELECT -1, reported_at, scope_path, tile_key, tile_x, tile_y FROM gone
        WHERE state IN ('closed', 'rejected')
    ) AS change
    WHERE tile_key IS NOT NULL
    GROUP BY 1, 2, 3
    HAVING sum(sign) <> 0 OR sum(sign * tile_x) <> 0 OR sum(sign * tile_y) <> 0;
    RETURN NULL;
END $$;

INSERT INTO events_tile_tally (day, square, root, n, x, y)
SELECT mapgrid_local_day(reported_at), tile_key >> 22, split_part(scope_path, '.', 1),
    count(*), sum(tile_x), sum(tile_y)
FROM events_event
WHERE state IN ('closed', 'rejected') AND tile_key IS NOT NULL
GROUP BY 1, 2, 3;
