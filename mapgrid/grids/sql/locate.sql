-- One point to its cell, decided exactly as geodata.locate decides it for many.
--
-- The tie rule: the deepest level that covers the point, borders included; on a shared border the
-- smallest code compared as bytes; outside everything no cell, but the nearest leaf is named.
-- PostGIS answers point-in-polygon in plain floats, which is not exact near a border. So it is asked
-- only for points that are well away from every edge; for the others the edges are walked here, with
-- the float determinant inside Shewchuk's error bound and whole numbers beyond it.

-- A double as the whole number it is after multiplication by 2^1074, exactly. A cast to numeric would
-- keep 15 digits.
CREATE OR REPLACE FUNCTION mapgrid_whole(p_value float8) RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN bits < 0 THEN -1 ELSE 1 END
         * CASE WHEN exponent = 0 THEN mantissa::numeric
                ELSE (mantissa + 4503599627370496)::numeric * power(2::numeric, exponent - 1) END
    FROM (
        SELECT bits, (bits >> 52) & 2047 AS exponent, bits & 4503599627370495 AS mantissa
        FROM (SELECT ('x' || encode(float8send(p_value), 'hex'))::bit(64)::bigint AS bits) AS raw
    ) AS parts
$$;

-- 1 if p lies left of the line a-b, -1 right of it, 0 exactly on it.
CREATE OR REPLACE FUNCTION mapgrid_side(
    p_ax float8, p_ay float8, p_bx float8, p_by float8, p_x float8, p_y float8
) RETURNS smallint
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    ux float8 := p_ax - p_x;
    uy float8 := p_by - p_y;
    vx float8 := p_ay - p_y;
    vy float8 := p_bx - p_x;
    product_u float8;
    product_v float8;
    x numeric;
    y numeric;
BEGIN
    -- Tinier differences could underflow, which this server reports as an error.
    IF (ux = 0 OR abs(ux) > 1e-100) AND (uy = 0 OR abs(uy) > 1e-100)
       AND (vx = 0 OR abs(vx) > 1e-100) AND (vy = 0 OR abs(vy) > 1e-100) THEN
        product_u := ux * uy;
        product_v := vx * vy;
        -- A difference is 0 only if its terms are equal: such a product is exact.
        IF product_u = 0 OR product_v = 0
           OR abs(product_u - product_v)
              > 3.3306690738754716e-16 * (abs(product_u) + abs(product_v)) THEN
            RETURN sign(product_u - product_v)::smallint;
        END IF;
    END IF;
    x := mapgrid_whole(p_x);
    y := mapgrid_whole(p_y);
    RETURN sign(
        (mapgrid_whole(p_ax) - x) * (mapgrid_whole(p_by) - y)
        - (mapgrid_whole(p_ay) - y) * (mapgrid_whole(p_bx) - x)
    )::smallint;
END
$$;

-- 0 outside, 1 inside, 2 exactly on a ring. The boundary is a valid (multi)polygon in EPSG:4326.
CREATE OR REPLACE FUNCTION mapgrid_covers(p_boundary geometry, p_lon float8, p_lat float8)
RETURNS smallint
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    point geometry := ST_SetSRID(ST_MakePoint(p_lon, p_lat), ST_SRID(p_boundary));
    on_ring boolean;
    crossings bigint;
BEGIN
    -- 1e-9 degrees are a million times the rounding of a coordinate.
    IF ST_Distance(ST_Boundary(p_boundary), point) > 1e-9 THEN
        RETURN ST_Intersects(p_boundary, point)::int;
    END IF;
    -- A ray to the east crosses an edge if the edge passes the latitude (half-open, so that a vertex
    -- counts once) and the point lies on its western side.
    SELECT bool_or(side = 0),
           count(*) FILTER (
               WHERE (ay > p_lat) <> (by > p_lat) AND (side IS NULL OR (side > 0) = (by > ay))
           )
    INTO on_ring, crossings
    FROM (
        SELECT ST_X(a) AS ax, ST_Y(a) AS ay, ST_X(b) AS bx, ST_Y(b) AS by
        FROM (
            SELECT ST_StartPoint(edge.geom) AS a, ST_EndPoint(edge.geom) AS b
            FROM ST_DumpSegments(p_boundary) AS edge
        ) AS ends
    ) AS edges
    CROSS JOIN LATERAL (
        SELECT CASE WHEN p_lon >= least(ax, bx)
                    THEN mapgrid_side(ax, ay, bx, by, p_lon, p_lat) END AS side
    ) AS sided
    WHERE p_lat BETWEEN least(ay, by) AND greatest(ay, by) AND p_lon <= greatest(ax, bx);
    RETURN CASE WHEN on_ring THEN 2 ELSE crossings % 2 END;
END
$$;

-- The cell of one point in the editions given (those in force: one a root).
--   rule         0 inside, 1 on the cell's border, 2 outside everything (cell_id is null)
--   distance_m   to the cell's border; outside to the nearest leaf; null more than five degrees away
--   runner_up_id on a shared border the next code that covers the point, else the nearest other cell
--                of the level, outside the nearest leaf. Within 1e-6 m all are equally near, and the
--                smallest code wins.
CREATE OR REPLACE FUNCTION mapgrid_locate(p_editions bigint[], p_lon float8, p_lat float8)
RETURNS TABLE (cell_id bigint, rule smallint, distance_m float8, runner_up_id bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1 AS $$
DECLARE
    point geometry := ST_SetSRID(ST_MakePoint(p_lon, p_lat), 4326);
    point_m geometry;
    candidate record;
    deepest smallint;
    border_m geometry;
    how smallint;
    least_m float8;
BEGIN
    rule := 2;
    IF p_lon IS NULL OR p_lat IS NULL
       OR NOT (abs(p_lon) <= 540 AND abs(p_lat) <= 540) THEN  -- null, nan and infinity
        RETURN NEXT;
        RETURN;
    END IF;

    FOR candidate IN
        SELECT c.id, c.depth, c.boundary, c.boundary_m
        FROM unnest(p_editions) AS edition(id)
        JOIN grids_cell AS c ON c.edition_id = edition.id AND c.boundary && point
        ORDER BY c.depth DESC, c.code COLLATE "C", c.id
    LOOP
        EXIT WHEN cell_id IS NOT NULL AND candidate.depth < deepest;
        how := mapgrid_covers(candidate.boundary, p_lon, p_lat);
        CONTINUE WHEN how = 0;
        IF cell_id IS NOT NULL THEN
            runner_up_id := candidate.id;  -- both on the border: the next code
            EXIT;
        END IF;
        cell_id := candidate.id;
        deepest := candidate.depth;
        border_m := ST_Boundary(candidate.boundary_m);
        rule := how - 1;
        distance_m := 0;
        EXIT WHEN rule = 0;
    END LOOP;
    IF runner_up_id IS NOT NULL THEN
        RETURN NEXT;
        RETURN;
    END IF;

    IF cell_id IS NOT NULL THEN
        point_m := ST_Transform(point, ST_SRID(border_m));
        IF rule = 0 THEN
            distance_m := ST_Distance(border_m, point_m);
        END IF;
        SELECT c.boundary_m <-> point_m INTO least_m
        FROM grids_cell AS c
        WHERE c.edition_id = ANY (p_editions) AND c.depth = deepest AND c.id <> cell_id
        ORDER BY c.boundary_m <-> point_m LIMIT 1;
        SELECT c.id INTO runner_up_id
        FROM grids_cell AS c
        WHERE c.edition_id = ANY (p_editions) AND c.depth = deepest AND c.id <> cell_id
          AND ST_DWithin(c.boundary_m, point_m, least_m + 1e-6)
        ORDER BY c.code COLLATE "C", c.id LIMIT 1;
        RETURN NEXT;
        RETURN;
    END IF;

    -- Beyond reach nothing is measured, and a projection far from home may even fail.
    SELECT ST_Transform(point, max(ST_SRID(c.boundary_m))) INTO point_m
    FROM grids_cell AS c
    WHERE c.edition_id = ANY (p_editions)
    HAVING p_lon BETWEEN ST_XMin(ST_Extent(c.boundary)) - 5 AND ST_XMax(ST_Extent(c.boundary)) + 5
       AND p_lat BETWEEN ST_YMin(ST_Extent(c.boundary)) - 5 AND ST_YMax(ST_Extent(c.boundary)) + 5;
    IF point_m IS NOT NULL THEN
        SELECT c.boundary_m <-> point_m INTO distance_m
        FROM grids_cell AS c
        WHERE c.edition_id = ANY (p_editions) AND c.is_leaf
        ORDER BY c.boundary_m <-> point_m LIMIT 1;
        SELECT c.id INTO runner_up_id
        FROM grids_cell AS c
        WHERE c.edition_id = ANY (p_editions) AND c.is_leaf
          AND ST_DWithin(c.boundary_m, point_m, distance_m + 1e-6)
        ORDER BY c.code COLLATE "C", c.id LIMIT 1;
    END IF;
    RETURN NEXT;
END
$$;
