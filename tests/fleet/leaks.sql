-- Who receives most of one kind in a minute, and from whom.
SELECT date_trunc('minute', time) AS minute, host, "to".comm AS receiver,
       "from".comm AS sender, file.kind AS kind, count(*) AS received
FROM passes WHERE outcome = 'delivered'
GROUP BY ALL ORDER BY received DESC, minute, receiver, kind LIMIT 10;
