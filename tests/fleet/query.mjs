// SPDX-License-Identifier: BSD-2-Clause
// query.mjs MODULES FILE.sql...: what the last query answers, a line for each row.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const [modules, ...files] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(`${modules}/`)("@duckdb/node-api");
const connection = await (await DuckDBInstance.create(":memory:")).connect();
let rows = [];
for (const file of files) {
	const reader = await connection.runAndReadAll(readFileSync(file, "utf8"));
	rows = reader.getRowsJson();
}
for (const row of rows)
	console.log(row.map((cell) => cell ?? "-").join(" | "));
