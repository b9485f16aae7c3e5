-- What a bus passes on to more than one process.
SELECT host, file.id, file.name, count(DISTINCT "to".pid) AS receivers
FROM passes WHERE "from".comm IN ('dbus-broker', 'dbus-daemon')
GROUP BY ALL HAVING receivers > 1 ORDER BY ALL;
