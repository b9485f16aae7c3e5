CREATE VIEW passes AS
SELECT * REPLACE (time::TIMESTAMP AS time) FROM read_json('fleet/*.jsonl');
