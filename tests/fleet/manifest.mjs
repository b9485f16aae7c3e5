// SPDX-License-Identifier: BSD-2-Clause
// manifest.mjs MODULES FILE: whether each document of the manifest fits the schema of its
// kind in the Kubernetes API, and has no field that the schema does not know.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [modules, file] = process.argv.slice(2);
const require = createRequire(`${modules}/`);

// The schemas are functions that look at what they know: what they never look at is unknown.
function watch(value, path, unseen) {
	if (typeof value !== "object" || value === null)
		return value;
	const members = new Map();
	const watched = Array.isArray(value) ? [] : {};
	for (const key of Object.keys(value)) {
		const name = `${path}.${key}`;
		unseen.add(name);
		members.set(key, watch(value[key], name, unseen));
		Object.defineProperty(watched, key, { enumerable: true, configurable: true,
			get: () => { unseen.delete(name); return members.get(key); } });
	}
	return watched;
}

async function complaints(document) {
	const { apiVersion, kind } = document;
	const unseen = new Set();
	const library = pathToFileURL(`${modules}/kubernetes-models/${apiVersion}/${kind}.js`);
	const model = new (await import(library))[kind]({ apiVersion, kind });
	for (const key of Object.keys(document))
		model[key] = watch(document[key], key, unseen);
	try {
		model.validate();
	} catch (error) {
		return [error.message];
	}
	return [...unseen].map((name) => `${name} is not known`);
}

let wrong = 0;
for (const document of require("yaml").parseAllDocuments(readFileSync(file, "utf8")))
	for (const complaint of await complaints(document.toJS())) {
		console.log(`${file}: ${complaint}`);
		wrong = 1;
	}
process.exit(wrong);
