-- The events themselves, while there are not too many.
SELECT * FROM found WHERE (SELECT count(*) FROM found) <= %(most)s ORDER BY fid
