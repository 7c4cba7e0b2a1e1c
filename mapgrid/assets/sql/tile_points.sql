-- The points themselves, while there are not too many.
SELECT * FROM $rows WHERE (SELECT count(*) FROM $rows) <= %(most)s ORDER BY fid
