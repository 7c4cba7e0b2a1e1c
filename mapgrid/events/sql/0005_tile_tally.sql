-- How many ended events of each local day lie in each square of 64 pixels at zoom 12, with the sums of
-- their positions: what counts below zoom 13 add up instead of a million rows.
--
-- Rows are only ever added (a change of mind is a row with minus signs), so that two writers never wait
-- for each other; events.tally.tally_fold puts the rows of one day and square together again.

CREATE TABLE events_tile_tally (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    day date NOT NULL,
    square integer NOT NULL,
    n bigint NOT NULL,
    x bigint NOT NULL,
    y bigint NOT NULL
);
CREATE INDEX events_tile_tally_square ON events_tile_tally (square, day) INCLUDE (n, x, y);

-- The installation's time zone is its city's, and a day is the city's day.
CREATE FUNCTION mapgrid_local_day(moment timestamptz) RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (moment AT TIME ZONE '$time_zone')::date;

CREATE FUNCTION mapgrid_tally_added() RETURNS trigger LANGUAGE plpgsql AS $$$$
BEGIN
    INSERT INTO events_tile_tally (day, square, n, x, y)
    SELECT mapgrid_local_day(reported_at), tile_key >> 24, count(*), sum(tile_x), sum(tile_y)
    FROM added
    WHERE state IN ('closed', 'rejected') AND tile_key IS NOT NULL
    GROUP BY 1, 2;
    RETURN NULL;
END $$$$;

CREATE FUNCTION mapgrid_tally_gone() RETURNS trigger LANGUAGE plpgsql AS $$$$
BEGIN
    INSERT INTO events_tile_tally (day, square, n, x, y)
    SELECT mapgrid_local_day(reported_at), tile_key >> 24, -count(*), -sum(tile_x), -sum(tile_y)
    FROM gone
    WHERE state IN ('closed', 'rejected') AND tile_key IS NOT NULL
    GROUP BY 1, 2;
    RETURN NULL;
END $$$$;

CREATE FUNCTION mapgrid_tally_changed() RETURNS trigger LANGUAGE plpgsql AS $$$$
BEGIN
    INSERT INTO events_tile_tally (day, square, n, x, y)
    SELECT mapgrid_local_day(reported_at), tile_key >> 24, sum(sign), sum(sign * tile_x), sum(sign * tile_y)
    FROM (
        SELECT 1::bigint AS sign, reported_at, tile_key, tile_x, tile_y FROM added
        WHERE state IN ('closed', 'rejected')
        UNION ALL
        SELECT -1, reported_at, tile_key, tile_x, tile_y FROM gone
        WHERE state IN ('closed', 'rejected')
    ) AS change
    WHERE tile_key IS NOT NULL
    GROUP BY 1, 2
    HAVING sum(sign) <> 0 OR sum(sign * tile_x) <> 0 OR sum(sign * tile_y) <> 0;
    RETURN NULL;
END $$$$;

CREATE FUNCTION mapgrid_tally_emptied() RETURNS trigger LANGUAGE plpgsql AS $$$$
BEGIN
    TRUNCATE events_tile_tally;
    RETURN NULL;
END $$$$;

CREATE TRIGGER events_event_tally_insert AFTER INSERT ON events_event
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION mapgrid_tally_added();
CREATE TRIGGER events_event_tally_update AFTER UPDATE ON events_event
REFERENCING NEW TABLE AS added OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION mapgrid_tally_changed();
CREATE TRIGGER events_event_tally_delete AFTER DELETE ON events_event
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION mapgrid_tally_gone();
CREATE TRIGGER events_event_tally_truncate AFTER TRUNCATE ON events_event
FOR EACH STATEMENT EXECUTE FUNCTION mapgrid_tally_emptied();

INSERT INTO events_tile_tally (day, square, n, x, y)
SELECT mapgrid_local_day(reported_at), tile_key >> 24, count(*), sum(tile_x), sum(tile_y)
FROM events_event
WHERE state IN ('closed', 'rejected') AND tile_key IS NOT NULL
GROUP BY 1, 2;
