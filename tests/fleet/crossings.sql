-- What crosses from one user to another.
SELECT host, "from".uid AS from_uid, "to".uid AS to_uid, "from".comm AS sender,
       "to".comm AS receiver, file.kind, file.name, count(*) AS passes
FROM passes WHERE "from".uid <> "to".uid
GROUP BY ALL ORDER BY ALL;
