-- The places of the events to sum: longitude and latitude as 16 bytes an event, all in one value.
SELECT string_agg(float8send(ST_X(e.point)) || float8send(ST_Y(e.point)), ''::bytea)
FROM events_event AS e
WHERE e.point IS NOT NULL
    AND $scope
    AND $condition
