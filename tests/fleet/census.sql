-- What goes over a bus: whose messages, with how many descriptors at once.
SELECT host, via.name AS bus, "from".comm AS sender, count(DISTINCT message) AS messages,
       count(*) AS descriptors, max(index) + 1 AS at_once
FROM passes WHERE "to".comm IN ('dbus-broker', 'dbus-daemon')
GROUP BY ALL ORDER BY ALL;
