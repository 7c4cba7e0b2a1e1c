-- Web-mercator positions as integers: the world is 2^26 by 2^26 units, x to the east, y to the south.
-- The bodies are parsed when they are made (RETURN, not text), so that a dump restores without a search path.

CREATE FUNCTION mapgrid_tile_x(place geometry) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN floor((ST_X(place) + 180) / 360 * 67108864)::integer;

-- Beyond 85.05 degrees the projection ends; such a point is kept on the last row.
CREATE FUNCTION mapgrid_tile_y(place geometry) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN ST_Y(place) >= 85.0511 THEN 0
    WHEN ST_Y(place) <= -85.0511 THEN 67108863
    -- The server reports the radians of a number next to nothing as an underflow.
    WHEN abs(ST_Y(place)) < 1e-100 THEN 33554432
    ELSE floor((0.5 - ln((1 + sin(radians(ST_Y(place)))) / (1 - sin(radians(ST_Y(place)))))
               / (4 * pi())) * 67108864)::integer
END;

-- The bits of y and x interleaved (Morton order): every tile of every zoom is one range of keys.
CREATE FUNCTION mapgrid_tile_key(x integer, y integer) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    a bigint := x;
    b bigint := y;
BEGIN
    a := (a | (a << 16)) & 281470681808895;
    a := (a | (a << 8)) & 71777214294589695;
    a := (a | (a << 4)) & 1085102592571150095;
    a := (a | (a << 2)) & 3689348814741910323;
    a := (a | (a << 1)) & 6148914691236517205;
    b := (b | (b << 16)) & 281470681808895;
    b := (b | (b << 8)) & 71777214294589695;
    b := (b | (b << 4)) & 1085102592571150095;
    b := (b | (b << 2)) & 3689348814741910323;
    b := (b | (b << 1)) & 6148914691236517205;
    RETURN a | (b << 1);
END $$;
